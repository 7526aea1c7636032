import Manifests
import Testing
import YAML

@Suite("Writing a text anew in its author's style")
struct YAMLRewriteTests {
    private static func rewritten(_ text: String, _ change: (inout Value) -> Void) throws -> String? {
        var value = try #require(try YAML.parse(text, file: "text").first).value
        change(&value)
        return try YAML.rewrite(Array(text.utf8), as: value, file: "text")
    }

    @Test func quotesBracketsAndCommentsStay() throws {
        let text = """
            # the ports
            'a': "x"  # behind

            list:
                - {n: 1,
                   m: ['q']}
                # above
                - b: |
                    two
                    lines
            """
        let expected = """
            # the ports
            'a': "8080" # behind
            list:
            - {n: 1, m: ['q']}
            # above
            - b: |
                two
                lines

            """
        #expect(try Self.rewritten(text) { $0["a"] = "8080" } == expected)
    }

    @Test func aTextThatWouldChangeItsTypeIsQuoted() throws {
        #expect(try Self.rewritten("a: b\nc: 1\n") { $0["a"] = "8080" } == "a: \"8080\"\nc: 1\n")
        #expect(try Self.rewritten("a: b\nc: 1\n") { $0["c"] = .integer(3) } == "a: b\nc: 3\n")
    }

    @Test func whatAnAliasStandsForIsNotChangedBehindItsBack() throws {
        #expect(try Self.rewritten("a: &x {k: v}\nb: *x\n") { $0["b"] = ["k": "w"] } == nil)
        #expect(try Self.rewritten("a: &x {k: v}\nb: *x\nc: d\n") { $0["c"] = "e" } == "a: &x {k: v}\nb: *x\nc: e\n")
    }
}
