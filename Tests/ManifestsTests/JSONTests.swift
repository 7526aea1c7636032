import Manifests
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
    private func parse(_ text: String) throws(ManifestError) -> Value { try JSON.parse(Array(text.utf8)) }

    @Test(arguments: [
        ("9223372036854775807", Value.integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("-0", .integer(0)), ("1.0", .double(1)), ("1e3", .double(1000)), ("-1.5E-2", .double(-0.015)), ("0", .integer(0)),
    ])
    func numbers(_ text: String, _ value: Value) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        (1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1.5e-7, "1.5e-7"),
        (0.000001, "0.000001"),
        (123456.789, "123456.789"), (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9_007_199_254_740_992, "9007199254740992"),
        (1.8446744073709552e19, "18446744073709552000"), (.infinity, "null"),
    ])
    func doublesAsRFC8785WritesThem(_ value: Double, _ text: String) {
        #expect(JSON.string(.double(value)) == text)
    }

    @Test func stringsWithEscapes() throws {
        #expect(try parse(#""a\"\\\/\b\f\n\r\té😀\u0041\uD83D\uDE00""#) == "a\"\\/\u{8}\u{c}\n\r\té😀A😀")
        #expect(JSON.string("a\"\\\u{1}\n\u{2028}<é") == #""a\"\\\u0001\n"# + "\u{2028}<é\"")
        #expect(String(decoding: JSON.bytes("<&>\u{2028}", escapingHTML: true), as: UTF8.self) == #""\u003c\u0026\u003e\u2028""#)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "truex", "{", "[1,]", "[1 2]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "'a'", "01", "-", "1.", ".5", "1e", "+1",
        "\"", "\"\\x\"", "\"\\u12\"",
        "\"\u{1}\"", "\"\\uD800\"", "\"\\uD800\\u0041\"", "1 2", "[1]]", "1e400", "NaN", "\u{FEFF}1", "/**/1",
    ])
    func refuses(_ text: String) {
        #expect { _ = try parse(text) } throws: { ($0 as? ManifestError)?.code == .invalidJSON }
    }

    @Test func refusesInvalidUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            #expect(throws: ManifestError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
        }
    }

    @Test func errorsSayWhere() {
        let error = #expect(throws: ManifestError.self) { try JSON.parse(Array("{\n  \"a\": 1,\n  b: 2\n}".utf8)) }
        #expect(error?.description == "JSON text has \"b\" where a key in double quotes should be (line 3, column 3, offset 14)")
    }

    @Test func depthIsLimited() throws {
        #expect(try parse(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).array?.count == 1)
        #expect { _ = try parse(String(repeating: "[", count: 100_000)) } throws: { ($0 as? ManifestError)?.code == .limitExceeded }
    }

    @Test func theLastOfDuplicateKeysWins() throws {
        #expect(try parse(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
    }

    @Test func collectionsWithoutContiguousStorage() throws {
        #expect(try JSON.parse("[1, 2]".utf8.lazy.map { $0 }) == [1, 2])
    }

    @Test func prettyAndSorted() {
        let value: Value = ["b": [1, [:]], "a": ["c": .null], "é": [], "z": "x"]
        #expect(JSON.string(value, sortedKeys: true) == #"{"a":{"c":null},"b":[1,{}],"z":"x","é":[]}"#)
        #expect(JSON.string(["b": [1], "a": [:]], pretty: true) == "{\n  \"b\": [\n    1\n  ],\n  \"a\": {}\n}")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomValuesSurvive(_ seed: UInt64) throws {
        var random = RandomValue(seed: seed)
        for _ in 0..<300 {
            let value = random.value()
            #expect(try SemanticDiff.equal(JSON.parse(JSON.bytes(value)), value), "seed \(seed): \(value)")
            #expect(
                try JSON.parse(Array(JSON.string(value, sortedKeys: true, pretty: true).utf8)).canonicalBytes() == value.canonicalBytes())
        }
    }
}
