import Manifests
import Testing
import YAML

@Suite("Reading YAML")
struct YAMLParseTests {
    private func parse(_ text: String, limits: YAMLLimits = .manifests) throws(YAMLError) -> [Value] {
        try YAML.parse(text, file: "f.yaml", limits: limits).map(\.value)
    }

    private func error(_ text: String, limits: YAMLLimits = .manifests) -> YAMLError? {
        do throws(YAMLError) {
            _ = try YAML.parse(text, file: "f.yaml", limits: limits)
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [
            ("yes", "yes"), ("No", "No"), ("on", "on"), ("y", "y"), ("true", true), ("False", false), ("~", .null), ("", .null),
            ("Null", .null), ("tRue", "tRue"),
            ("0644", 420), ("0o17", 15), ("0x1F", 31), ("0b101", 5), ("-0x10", -16), ("1_000", 1000), ("+5", 5), ("089", 89),
            ("0o8", "0o8"), ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5),
            ("-.5e1", -5.0), ("1e400", "1e400"), ("12:30:45", "12:30:45"), ("2026-01-31", "2026-01-31"),
            ("9223372036854775807", .integer(.max)),
            ("18446744073709551615", 18446744073709551615.0), ("-9223372036854775808", .integer(.min)), ("1.2.3", "1.2.3"), ("0x", "0x"),
            ("100m", "100m"),
            ("'1'", "1"), ("\"true\"", "true"), ("!!str 1", "1"), ("!!int '7'", 7), ("!!float 1", 1.0), ("!!binary aGk=", "hi"),
            ("! 1", "1"), ("!custom 1", "1"), ("_1", "_1"), ("<<", "<<"),
        ] as [(String, Value)])
    func scalars(_ text: String, _ value: Value) throws {
        #expect(try parse("a: \(text)") == [["a": value]])
    }

    @Test func documents() throws {
        #expect(try parse("") == [])
        #expect(try parse("# nothing\n") == [])
        let documents = try YAML.parse("a: 1\n---\n---\n# c\nb: 2\n...\n", file: "f")
        #expect(documents.map(\.value) == [["a": 1], .null, ["b": 2]])
        #expect(documents.map(\.index) == [0, 1, 2])
        #expect([documents[0].line, documents[2].line] == [1, 5])
    }

    @Test func anchorsAndMergeKeys() throws {
        let text = """
            base: &b {x: 1, y: 2}
            more: &m {y: 3, z: 4}
            one: {<<: *b, y: 9}
            two:
              <<: [*b, *m]
              w: *b
            three: {"<<": 1}
            """
        let value = try parse(text)[0]
        #expect(value["one"] == ["y": 9, "x": 1])
        #expect(value["two"] == ["w": ["x": 1, "y": 2], "x": 1, "y": 2, "z": 4])
        #expect(value["three"] == ["<<": 1])
    }

    @Test func keys() throws {
        #expect(try parse("{1: a, true: b, 1.5: c, 0x10: d}") == [["1": "a", "true": "b", "1.5": "c", "16": "d"]])
    }

    @Test func aFileWithoutItsLastLineBreak() throws {
        #expect(try parse("a: |\n  text") == [["a": "text\n"]])
    }

    @Test(arguments: [
        (
            "a: 1\nb: 2\na: 3\n", YAMLError.Code.duplicateKey,
            "f.yaml:3:1: the key \"a\" is there twice in one mapping; the first is on line 1"
        ),
        ("a: *nope\n", .unknownAnchor, "f.yaml:1:4: the alias *nope stands for nothing that is complete before it"),
        ("a: &x 1\nb: *y1\n", .unknownAnchor, "f.yaml:2:4: the alias *y1 stands for nothing that is complete before it"),
        ("? [a]\n: 1\n", .unsupported, "f.yaml:1:3: a key is a list; keys of Kubernetes objects are strings"),
        ("~: 1\n", .unsupported, "f.yaml:1:1: a key is null; keys of Kubernetes objects are strings"),
        ("a: .inf\n", .unsupported, "f.yaml:1:4: .inf is a number that JSON, and so Kubernetes, does not have; quote it if it is a text"),
        ("a: !!int x\n", .unsupported, "f.yaml:1:4: the value of tag !!int does not fit its value \"x\""),
        (
            "a: !!binary /w==\n", .unsupported,
            "f.yaml:1:4: the value of tag !!binary is not UTF-8 text when decoded; put binary data as base64 into data or binaryData"
        ),
        ("<<: 1\n", .unsupported, "f.yaml:1:5: the merge key << takes a mapping or a list of mappings, not a number"),
        (
            "a: [1, 2\nb: 3\n", .syntax,
            "f.yaml:2:2: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that starts on line 1"
        ),
        ("a: b: c\n", .syntax, "f.yaml:1:5: not valid YAML: mapping values are not allowed in this context"),
        (
            "a:\n\t- b\n", .syntax,
            "f.yaml:2:1: not valid YAML: found character that cannot start any token while scanning for the next token"
        ),
    ])
    func errors(_ text: String, _ code: YAMLError.Code, _ description: String) {
        let error = error(text)
        #expect(error?.code == code)
        #expect(error?.description == description)
    }

    @Test func bytesThatAreNoText() {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(Array("a: b\nc: ".utf8) + [0xFF, 0x0A], file: "f.yaml") }
        #expect(error?.description == "f.yaml:2:4: not valid YAML: invalid leading UTF-8 octet (0xff)")
        #expect(throws: YAMLError.self) { try YAML.parse([0x61, 0x00, 0x62], file: "f.yaml") }
    }

    // MARK: Limits

    @Test func aHugeFileIsRefusedUnread() {
        let error = #expect(throws: YAMLError.self) { try YAML.parse([UInt8](repeating: 0x20, count: 100 << 20), file: "big.yaml") }
        #expect(error?.code == .limitExceeded)
        #expect(error?.description == "big.yaml:1:1: the file has 104857600 bytes and was not read; at most 16777216 are allowed")
    }

    @Test func anAliasBombIsRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 { text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n" }
        #expect(error(text)?.code == .limitExceeded)
    }

    @Test func manyAliasesOfOneLongTextAreABomb() {
        let text = "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [\(Array(repeating: "*a", count: 100).joined(separator: ", "))]\n"
        #expect(
            error(text)?.description
                == "f.yaml:2:245: the file has more than 1000000 values when its aliases are written out")
    }

    @Test func depthIsLimited() {
        #expect(error(String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000))?.code != nil)
        let deep = (0..<150).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(error(deep)?.code == .limitExceeded)
        var nested = "a0: &a0 {x: 1}\n"
        for level in 1...120 { nested += "a\(level): &a\(level) {x: *a\(level - 1)}\n" }
        #expect(error(nested)?.code == .limitExceeded)
    }

    @Test func documentsAreLimited() {
        #expect(error(String(repeating: "---\na: 1\n", count: 101), limits: .configuration)?.code == .limitExceeded)
    }

    // MARK: Positions

    @Test func errorsOfStrictReadingAreLocated() throws {
        let bytes = Array("kind: Weights\nwiehgts:\n  freshness: 15\nsoak: 90\n".utf8)
        let reader = StrictReader(try YAML.parse(bytes, file: "w.yaml")[0].value)
        _ = reader.requiredString("kind")
        _ = reader.duration("soak")
        _ = reader.reader("weights")
        _ = reader.requiredString("name")
        let errors = #expect(throws: StrictReaderErrors.self) { try reader.finish() }
        #expect(
            YAML.located(errors?.errors ?? [], document: 0, in: bytes, file: "w.yaml").map(\.description) == [
                "w.yaml:1:1: name: is missing", "w.yaml:2:1: wiehgts: unknown key \"wiehgts\"; did you mean \"weights\"?",
                "w.yaml:4:1: soak: must be a duration such as 90s, 5m or 1h30m, not 90",
            ])
    }

    @Test func positions() {
        let text = """
            a: 1
            ---
            spec:
              list:
                - name: x
                - name: y
                  deep: {one: 1, two: 2}
              alias: &n {q: 1}
              used: *n
              8080: port
            """
        func position(_ path: PathElement..., document: Int = 1) -> String? {
            YAML.position(of: path, document: document, in: Array(text.utf8), file: "f").map(\.description)
        }
        #expect(position(.key("a"), document: 0) == "f:1:1")
        #expect(position() == "f:3:1")
        #expect(position(.key("spec"), .key("list")) == "f:4:3")
        #expect(position(.key("spec"), .key("list"), .index(1)) == "f:6:7")
        #expect(position(.key("spec"), .key("list"), .index(1), .key("deep"), .key("two")) == "f:7:22")
        #expect(position(.key("spec"), .key("list"), .index(1), .key("absent")) == "f:6:7")
        #expect(position(.key("spec"), .key("list"), .index(9)) == "f:4:3")
        #expect(position(.key("spec"), .key("used"), .key("q")) == "f:9:3")
        #expect(position(.key("spec"), .key("8080")) == "f:10:3")
        #expect(position(.key("a"), document: 2) == nil)
        let named = PathElement.element([ElementKey(name: "name", value: "y")])
        #expect(position(.key("spec"), .key("list"), named, .key("deep"), .key("two")) == "f:7:22")
        let absent = PathElement.element([ElementKey(name: "name", value: "z")])
        #expect(position(.key("spec"), .key("list"), absent, .key("deep")) == "f:4:3")
    }
}
