import Manifests
import TestSupport
import Testing

@testable import Kustomize

/// Every function, by a table.
@Suite("Expressions of variables")
struct ExpressionTests {
    static let table: VariableTable = {
        var table = VariableTable()
        table.set("APP", text: "web")
        table.set("EMPTY", text: "")
        table.set("MIXED", text: "abcdEFGH28ij")
        table.set("FILE", text: "/path/to/file.tar.gz")
        table.set("REPEATED", text: "abcABC123ABCabc")
        table.set("UMLAUT", text: "ärger")
        table.set("DOLLAR", text: "${APP}")
        table.set("_x9", text: "under")
        return table
    }()

    static func expand(_ text: String, _ table: VariableTable = table) throws(TemplateProblem) -> String {
        var evaluator = TemplateEvaluator(table)
        return try evaluator.text(of: try TemplateParser.parse(text))
    }

    @Test(arguments: [
        ("nothing here", "nothing here"), ("${APP}", "web"), ("a-${APP}-b-${APP}", "a-web-b-web"), ("${_x9}", "under"), ("${EMPTY}", ""),
        // What is left alone.
        ("$APP", "$APP"), ("$(APP)", "$(APP)"), ("$$APP", "$$APP"), ("$$", "$$"), ("{APP}", "{APP}"), ("a$", "a$"), ("$ {APP}", "$ {APP}"),
        ("$${APP}", "${APP}"), ("$$${APP}", "$${APP}"), ("${APP}$${APP}${APP}", "web${APP}web"), ("$${A=${APP}}", "${A=web}"),
        // Values are not expanded again.
        ("${DOLLAR}", "${APP}"), ("${NONE:-$${APP}}", "${APP}"),
        // Defaults.
        ("${NONE:-x}", "x"), ("${NONE:=x}", "x"), ("${NONE-x}", "x"), ("${NONE=x}", "x"), ("${NONE:-}", ""), ("${APP:-x}", "web"),
        ("${EMPTY:-x}", "x"), ("${EMPTY:=x}", "x"), ("${EMPTY-x}", ""), ("${EMPTY=x}", ""), ("${NONE:-${APP}}", "web"),
        ("${NONE:-a${NO:-b${APP}c}d}", "abwebcd"), ("${APP:-${NONE}}", "web"), ("${NONE:-a:b/c#d%e}", "a:b/c#d%e"), ("${NONE:--1}", "-1"),
        ("${NONE:-{a}", "{a"), ("${NONE:-\\x}", "\\x"),
        // Length and case.
        ("${#MIXED}", "12"), ("${#EMPTY}", "0"), ("${#UMLAUT}", "5"), ("${MIXED^}", "AbcdEFGH28ij"), ("${MIXED^^}", "ABCDEFGH28IJ"),
        ("${MIXED,,}", "abcdefgh28ij"), ("${UMLAUT^}", "Ärger"), ("${EMPTY^}", ""), ("${NONE:-${MIXED^^}}", "ABCDEFGH28IJ"),
        // Parts.
        ("${MIXED:4}", "EFGH28ij"), ("${MIXED:4:2}", "EF"), ("${MIXED:0:3}", "abc"), ("${MIXED:99}", ""), ("${MIXED:10:99}", "ij"),
        ("${MIXED: -2}", "ij"), ("${MIXED: -4:2}", "28"), ("${MIXED: -99}", "abcdEFGH28ij"), ("${MIXED:1:-1}", "bcdEFGH28i"),
        ("${MIXED:5:-9}", ""), ("${UMLAUT:1:2}", "rg"), ("${MIXED:${#APP}}", "dEFGH28ij"), ("${MIXED:0:0}", ""),
        // Patterns.
        ("${FILE#*/}", "path/to/file.tar.gz"), ("${FILE##*/}", "file.tar.gz"), ("${FILE%.*}", "/path/to/file.tar"),
        ("${FILE%%.*}", "/path/to/file"), ("${FILE#nothing}", "/path/to/file.tar.gz"), ("${FILE#/????/}", "to/file.tar.gz"),
        ("${FILE%[a-z][!a]}", "/path/to/file.tar."), ("${FILE%/*}", "/path/to"), ("${APP#*}", "web"), ("${APP##*}", ""), ("${APP#w}", "eb"),
        ("${APP%b}", "we"), ("${APP#${NONE:-w}}", "eb"), ("${APP##[}", "web"), ("${EMPTY#*}", ""),
        // Replacing.
        ("${REPEATED/abc/xyz}", "xyzABC123ABCabc"), ("${REPEATED//abc/xyz}", "xyzABC123ABCxyz"),
        ("${REPEATED/#abc/XYZ}", "XYZABC123ABCabc"),
        ("${REPEATED/%abc/XYZ}", "abcABC123ABCXYZ"), ("${REPEATED/#ABC/XYZ}", "abcABC123ABCabc"), ("${REPEATED//ABC/}", "abc123abc"),
        ("${REPEATED//ABC}", "abc123abc"), ("${APP/#/pre-}", "pre-web"), ("${APP/%/-post}", "web-post"),
        ("${FILE//\\//-}", "-path-to-file.tar.gz"),
        ("${APP/w/\\}}", "}eb"), ("${APP/e/\\\\}", "w\\b"), ("${APP/e/${UMLAUT^}}", "wÄrgerb"), ("${APP///x}", "web"),
    ])
    func functions(_ text: String, _ expected: String) throws {
        #expect(try Self.expand(text) == expected)
    }

    @Test(arguments: [
        ("${NONE}", "the variable NONE is not defined"), ("${#NONE}", "the variable NONE is not defined"),
        ("${NONE^^}", "the variable NONE is not defined"), ("${NONE:-${NO}}", "the variable NO is not defined"),
        ("${EMPTY:-${NO}}", "the variable NO is not defined"), ("${APP", "\"${APP\" is no expression: the } is missing"),
        ("a ${", "\"${\" is no expression: the name of a variable is expected after ${"),
        ("${}", "\"${}\" is no expression: the name of a variable is expected after ${"),
        ("${1}", "\"${1}\" is no expression: the name of a variable is expected after ${"),
        ("${weights.version}", "\"${weights.version}\" is no expression: a } or a function is expected after the name"),
        ("${APP:-x", "\"${APP:-x\" is no expression: the } is missing"), ("${APP^^x}", "\"${APP^^x}\" is no expression: a } is expected"),
        ("${APP:+x}", "\"${APP:+x}\" is no expression: :+ is not among the functions of variables"),
        ("${APP:?x}", "\"${APP:?x}\" is no expression: :? is not among the functions of variables"),
        ("${APP:x}", "the position within ${APP:...} is not a whole number"),
        ("${APP:1:x}", "the length within ${APP:...} is not a whole number"),
        ("${APP:99999999999999999999}", "the position within ${APP:...} is not a whole number"),
    ])
    func problems(_ text: String, _ message: String) {
        let problem = #expect(throws: TemplateProblem.self) { try Self.expand(text) }
        #expect(problem?.message == message)
    }

    @Test func theNearestNameIsTold() {
        let problem = #expect(throws: TemplateProblem.self) { try Self.expand("${REPEATD}") }
        #expect(
            problem?.hint
                == "did you mean REPEATED? Else define it, or give a default as in ${REPEATD:-text}, or write $${REPEATD} to keep it as it is"
        )
    }

    // MARK: Limits

    @Test func nestingIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "${NONE:-", count: depth - 1) + "${APP}" + String(repeating: "}", count: depth - 1)
        }
        #expect(try Self.expand(nested(VariableLimits.expressionDepth)) == "web")
        #expect(throws: TemplateProblem.self) { try Self.expand(nested(VariableLimits.expressionDepth + 1)) }
    }

    @Test func textIsLimited() {
        var table = VariableTable()
        table.set("A", text: String(repeating: "a", count: VariableLimits.valueBytes))
        let times = VariableLimits.textBytes / VariableLimits.valueBytes
        #expect(throws: Never.self) { try Self.expand(String(repeating: "${A}", count: times), table) }
        #expect(throws: TemplateProblem.self) { try Self.expand(String(repeating: "${A}", count: times + 1), table) }
        // A replacement that grows is stopped on the way.
        #expect(throws: TemplateProblem.self) { try Self.expand("${A//a/${A}}", table) }
    }

    @Test func patternsAreLimited() {
        var table = VariableTable()
        table.set("A", text: String(repeating: "a", count: VariableLimits.valueBytes))
        #expect(throws: TemplateProblem.self) {
            try Self.expand("${A#\(String(repeating: "?", count: VariableLimits.patternBytes + 1))}", table)
        }
        let costly = "${A##\(String(repeating: "*a", count: VariableLimits.patternBytes / 2))b}"
        #expect(throws: TemplateProblem.self) { try Self.expand(String(repeating: costly, count: 20), table) }
    }

    // MARK: Properties

    /// Text without an expression stays what it is, and text whose expressions are all escaped becomes what it was.
    @Test(arguments: 0..<8)
    func escapingGivesBackTheText(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet: [Character] = ["$", "{", "}", "A", "P", ":", "-", "/", "\\", "#", "%", "ä", " "]
        for _ in 0..<500 {
            let text = String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "$" })
            #expect(try Self.expand(text.replacing("${", with: "$${")) == text)
        }
    }

    /// Any text at all is expanded or refused, and never traps.
    @Test(arguments: 0..<8)
    func anyTextIsAnsweredOrRefused(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 100)
        let pieces = [
            "${", "}", "APP", "NONE", ":-", ":", "#", "##", "%", "%%", "/", "//", "^", ",,", "-", "1", "-2", "*", "[", "]", "\\", "$", "ä",
        ]
        for _ in 0..<2_000 {
            let text = "${" + (0..<Int.random(in: 0...10, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do throws(TemplateProblem) {
                _ = try Self.expand(text)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    /// What is cut off at an end was there, and the rest is what is left.
    @Test(arguments: 0..<8)
    func partsMakeTheWhole(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) &+ 200)
        for _ in 0..<300 {
            let text = String((0..<Int.random(in: 0...8, using: &random)).map { _ in "ab.ä/".randomElement(using: &random) ?? "a" })
            var table = VariableTable()
            table.set("T", text: text)
            let at = Int.random(in: 0...9, using: &random)
            #expect(try Self.expand("${T:0:\(at)}${T:\(at)}", table) == text)
            for pattern in ["*.", "?", "a*", "*", "[ab]", ".", "*/*"] {
                for (operation, isPrefix) in [("#", true), ("##", true), ("%", false), ("%%", false)] {
                    let rest = try Self.expand("${T\(operation)\(pattern)}", table)
                    #expect(isPrefix ? text.hasSuffix(rest) : text.hasPrefix(rest), "\(operation)\(pattern) of \(text)")
                }
                let short = try Self.expand("${T#\(pattern)}", table)
                #expect(try Self.expand("${T##\(pattern)}", table).unicodeScalars.count <= short.unicodeScalars.count)
            }
        }
    }
}
