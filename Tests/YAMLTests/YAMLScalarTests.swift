import Manifests
import Testing
import YAML

/// What plain and tagged scalars mean. Each line was read by kubectl 1.32 and by its kustomize, and is what both make of it; where they part, the test
/// says whom we follow.
@Suite("Scalars as Kubernetes' tools read them")
struct YAMLScalarTests {
    private static func read(_ text: String) throws(YAMLError) -> Value? {
        try YAML.parse("v: " + text + "\n", file: "f.yaml").first?.value["v"]
    }

    @Test(
        arguments: [
            ("true", true), ("True", true), ("TRUE", true), ("false", false), ("nULL", "nULL"), ("null", .null), ("NULL", .null),
            ("~", .null),
        ] as [(String, Value)])
    func words(_ text: String, _ value: Value) throws { #expect(try Self.read(text) == value) }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+0", 0), ("00", 0), ("+1", 1), ("++1", "++1"), ("1_000", 1000), ("1__0", 10), ("1_", 1), ("_1", "_1"),
            ("+_1", 1), ("0_7", 7), ("0_8", 8), ("0_", 0), ("0x1F", 31), ("0X1F", 31), ("-0x1F", -31), ("0x_1F", 31), ("0x", "0x"),
            ("0xG", "0xG"), ("0o17", 15), ("0O17", 15), ("-0o17", -15), ("0o8", "0o8"), ("0o", "0o"), ("0644", 420), ("-0644", -420),
            ("0888", 888), ("089", 89), ("0b101", 5), ("0B1", 1), ("-0b11", -3), ("0b2", "0b2"), ("0b", "0b"),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("0x7FFFFFFFFFFFFFFF", .integer(.max)),
            ("-0x8000000000000000", .integer(.min)), ("0x10000000000000000", "0x10000000000000000"),
            ("-0x8000000000000001", "-0x8000000000000001"),
        ] as [(String, Value)])
    func integers(_ text: String, _ value: Value) throws { #expect(try Self.read(text) == value) }

    /// Past 64 signed bits, as the API server reads them from JSON.
    @Test(
        arguments: [
            ("9223372036854775808", 9223372036854775808.0), ("18446744073709551615", 18446744073709551615.0),
            ("0xFFFFFFFFFFFFFFFF", 18446744073709551615.0), ("18446744073709551616", 18446744073709551616.0),
            ("-9223372036854775809", -9223372036854775809.0), ("07777777777777777777777", 7777777777777777777777.0),
            ("123456789012345678901234567890", 1.2345678901234568e29),
        ] as [(String, Double)])
    func largeIntegers(_ text: String, _ value: Double) throws { #expect(try Self.read(text) == .double(value)) }

    @Test(
        arguments: [
            ("1.0", 1.0), ("0.0", 0.0), ("+1.0", 1.0), ("10.50", 10.5), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("+.5", 0.5), (".", "."),
            ("1e3", 1000.0), ("1E3", 1000.0), ("1e+3", 1000.0), ("1.5e3", 1500.0), ("1e", "1e"), ("1e+", "1e+"), ("e3", "e3"),
            ("08.5", 8.5),
            ("1_0.5", 10.5), (".5_0", 0.5), ("._5", "._5"), ("1_0e3", 10000.0), ("1e400", "1e400"), ("1e-400", 0.0),
            ("5e-324", .double(.leastNonzeroMagnitude)),
            ("3.14159265358979323846", 3.141592653589793), ("0x1.8p1", "0x1.8p1"), ("1.2.3", "1.2.3"), ("inf", "inf"), ("nan", "nan"),
            ("1,000", "1,000"), ("12:30:45", "12:30:45"), ("1:2", "1:2"), ("190:20:30", "190:20:30"), ("=", "="), ("<<", "<<"),
        ] as [(String, Value)])
    func decimals(_ text: String, _ value: Value) throws { #expect(try Self.read(text) == value) }

    @Test(
        arguments: [
            ("!!str 1", "1"), ("!!str", ""), ("!!str ~", "~"), ("!!str 0x10", "0x10"), ("!!int \"3\"", 3), ("!!int 0o7", 7),
            ("!!int 1_000", 1000),
            ("!!float 1", 1.0), ("!!float \"1.5\"", 1.5), ("!!float 0x10", 16.0), ("!!bool \"true\"", true), ("!!null \"\"", .null),
            ("!!binary aGk=", "hi"), ("!!set {a: ~}", ["a": .null]), ("!!omap []", []), ("!!seq [1]", [1]), ("!foo 1", "1"),
            ("!foo {a: 1}", ["a": 1]), ("!!foo 1", "1"),
        ] as [(String, Value)])
    func tags(_ text: String, _ value: Value) throws { #expect(try Self.read(text) == value) }

    /// kubectl takes these for booleans, kustomize for texts. We render as kustomize does, and write them with quotes for whoever reads on.
    @Test(arguments: ["y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"])
    func wordsOfYAML11(_ text: String) throws {
        #expect(try Self.read(text) == .string(text))
        #expect(YAML.emit(["v": .string(text)]) == "v: \"\(text)\"\n")
    }

    /// kubectl keeps a date as it is written; kustomize makes 2026-01-31T00:00:00Z of it. We keep what was written.
    @Test(arguments: ["2026-01-31", "2026-1-3", "2026-01-31T10:00:00Z", "2001-12-14t21:59:43.10-05:00", "2026-01-31 10:00:00"])
    func dates(_ text: String) throws {
        #expect(try Self.read(text) == .string(text))
        #expect(try Self.read("!!timestamp " + text) == .string(text))
        #expect(YAML.emit(["v": .string(text)]) == "v: \"\(text)\"\n")
    }

    /// kubectl reads "1", kustomize 1; YAML 1.2 has the tag `!` mean a string.
    @Test func theNonSpecificTag() throws { #expect(try Self.read("! 1") == "1") }

    @Test(arguments: [
        (".inf", "a number that JSON, and so Kubernetes, does not have"), ("-.Inf", "a number that JSON"), (".NaN", "a number that JSON"),
        ("!!float .inf", "a number that JSON"), ("!!int x", "does not fit its value \"x\""),
        ("!!int 1.5", "does not fit its value \"1.5\""),
        ("!!int", "does not fit its value \"\""), ("!!float x", "does not fit"), ("!!bool yes", "does not fit"),
        ("!!null x", "does not fit"),
        ("!!binary /w==", "is not UTF-8 text when decoded"), ("!!binary '*'", "is not base64"),
    ])
    func refused(_ text: String, _ reason: String) {
        let error = #expect(throws: YAMLError.self) { _ = try Self.read(text) }
        #expect(error?.code == .unsupported)
        #expect(error?.position == SourcePosition(file: "f.yaml", line: 1, column: 4))
        #expect(error?.message.contains(reason) == true, "\(String(describing: error?.message))")
    }

    /// As kubectl does; kustomize refuses an object with such keys.
    @Test(arguments: [
        ("1", "1"), ("0x10", "16"), ("1.50", "1.5"), ("True", "true"), ("1e3", "1000"), ("yes", "yes"), ("2026-01-31", "2026-01-31"),
    ])
    func keys(_ written: String, _ key: String) throws {
        #expect(try YAML.parse("\(written): a\n", file: "f")[0].value == .object([key: "a"]))
    }

    @Test func theSameKeyInTwoNotations() {
        let error = #expect(throws: YAMLError.self) { try YAML.parse("1: a\n0x1: b\n", file: "f.yaml") }
        #expect(error?.description == "f.yaml:2:1: the key \"1\" is there twice in one mapping; the first is on line 1")
    }
}
