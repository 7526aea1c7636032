import Manifests
import TestSupport
import Testing

@testable import YAML

@Suite("The layout of kustomize")
struct YAMLStyleTests {
    /// As `kubectl kustomize` 1.32 orders them.
    @Test func keysAreInTheOrderOfGoYAML() {
        let keys = [
            "-z", ".z", "_z", "10", "1a", "A", "B1", "a", "a-b", "a.b", "a/b", "a_b", "a1", "a1-b", "a01", "a001", "a9", "a10", "aB", "ab",
            "app", "app.kubernetes.io/name", "app.kubernetes.io/part-of", "application", "b", "z9z", "z10z", "é",
        ]
        #expect(KeyOrder.sorted(keys.reversed()).map { Array(keys.reversed())[$0] } == keys)
        #expect(KeyOrder.precedes("v2", "v10") && !KeyOrder.precedes("v10", "v2"))
        #expect(KeyOrder.precedes("1.20", "1.100") && KeyOrder.precedes("a99999999999999999999", "b"))
        #expect(!KeyOrder.precedes("same", "same") && KeyOrder.precedes("", "a") && !KeyOrder.precedes("a", ""))
    }

    @Test(arguments: [
        (
            "a string with spaces that goes on and on until it has to be folded since it is longer than eighty columns",
            "k: a string with spaces that goes on and on until it has to be folded since it is\n  longer than eighty columns\n"
        ),
        (
            "'quoted' and: colon so that it needs quotes and goes on and on until it has to be folded   with  spaces ",
            "k: '''quoted'' and: colon so that it needs quotes and goes on and on until it has\n  to be folded   with  spaces '\n"
        ),
        (
            "first line ends here \n  and what follows is indented and long enough to be folded somewhere behind it\n",
            "k: \"first line ends here \\n  and what follows is indented and long enough to be folded\n  somewhere behind it\\n\"\n"
        ),
        (
            String(repeating: "ab ", count: 27) + "  behind two spaces",
            "k: " + String(repeating: "ab ", count: 26) + "ab   behind\n  two spaces\n"
        ),
        (String(repeating: "x", count: 200), "k: \(String(repeating: "x", count: 200))\n"),
    ])
    func longLinesAreFoldedAtSpaces(_ text: String, _ expected: String) throws {
        let emitted = YAML.emit(["k": .string(text)], style: .kustomize)
        #expect(emitted == expected)
        #expect(try YAML.parse(emitted, file: "f.yaml").first?.value == ["k": .string(text)])
        #expect(!YAML.emit(["k": .string(text)]).dropLast().contains("\n  two"))
    }

    @Test func longKeysAreWrittenWithAQuestionMark() throws {
        let key = String(repeating: "k", count: 129)
        #expect(YAML.emit([key: 1], style: .kustomize) == "? \(key)\n: 1\n")
        #expect(YAML.emit([String(key.dropLast()): 1], style: .kustomize) == "\(key.dropLast()): 1\n")
    }

    /// As `kubectl kustomize` 1.32 prints them.
    @Test(arguments: [
        (1e3, "1000"), (1.0, "1"), (1.5, "1.5"), (1e21, "1e+21"), (1e20, "1e+20"), (1e-7, "1e-07"), (0.000001, "1e-06"), (-0.0, "0"),
        (0.0001, "0.0001"), (1234567.5, "1.2345675e+06"), (123456.5, "123456.5"), (-2.5e-10, "-2.5e-10"),
        (3.141592653589793, "3.141592653589793"),
    ])
    func numbers(_ value: Double, _ text: String) { #expect(YAML.emit(.double(value), style: .kustomize) == text + "\n") }

    @Test(arguments: 0..<30) func readsBackAsTheSame(_ seed: UInt64) throws {
        var random = RandomValue(seed: seed)
        var generator = SeededGenerator(seed: seed)
        let words = ["a", "and", "  ", " ", "'", "\"", "\\", "#", ":", "é", "日本", "\t", "\u{1}", "long-word-without-any-space-in-it", "-"]
        for _ in 0..<60 {
            let text = (0..<Int.random(in: 1...60, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }
            let value: Value = [
                "list": [random.value(), .string(text.joined(separator: " "))], "text": .string(text.joined(separator: " ")),
            ]
            let emitted = YAML.emit(value, style: .kustomize)
            let read = try #require(try YAML.parse(emitted, file: "f.yaml").first?.value)
            #expect(SemanticDiff.equal(read, value), "\(emitted)")
        }
    }
}
