import Manifests
import Testing

@testable import Kustomize

@Suite("Regular expressions of selectors")
struct PatternTests {
    @Test(arguments: [
        ("web", "web", true), ("web", "web2", false), ("", "anything", true), ("web.*", "web-1", true), ("web.*", "my-web", false),
        ("a|b", "b", true), ("(a|b)+", "abba", true), ("(a|b)+", "abca", false), ("[a-c]{2}", "cb", true), ("[^a-c]", "b", false),
        ("[[:digit:]]+", "42", true), ("\\d+-\\w+", "4-x", true), ("(?i)WEB", "web", true), ("a?b*c+", "bbc", true),
        ("a{2,3}", "aaaa", false),
        ("^web$", "web", true), ("x{0}", "", true), ("a.c", "abc", true), ("a\\.c", "abc", false), ("[]a]", "]", true),
    ])
    func matching(_ pattern: String, _ name: String, _ matches: Bool) throws {
        #expect(try Pattern(pattern).matches(name) == matches)
    }

    @Test(arguments: ["(", ")", "[a", "*a", "a**", "a{3,1}", "\\", "(?x)", "[z-a]", "[[:what:]]", "a{2000}"])
    func refused(_ pattern: String) {
        #expect(throws: Pattern.SyntaxError.self) { try Pattern(pattern) }
    }

    /// Exponential for a matcher that tries one alternative after the other.
    @Test func hostilePatternsTakeLinearTime() throws {
        let pattern = try Pattern("(a*)*(a|aa)+(a?){50}b")
        #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    }

    @Test func labelSelectors() throws {
        let labels: Object = ["app": "web", "tier": "front", "weight": "5"]
        for (text, matches) in [
            ("app=web", true), ("app==web,tier!=back", true), ("app in (api, web)", true), ("tier notin (front)", false), ("!legacy", true),
            ("app", true), ("missing", false), ("weight>4", true), ("", true),
        ] {
            #expect(try LabelSelector(text).matches(labels) == matches, "\(text)")
        }
        for text in ["a in b", "a b c (x)", "=x", "a,,b"] {
            #expect(throws: LabelSelector.SyntaxError.self) { try LabelSelector(text) }
        }
    }
}
