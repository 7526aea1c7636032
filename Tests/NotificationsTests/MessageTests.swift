import Delivery
import Testing

@testable import Notifications

@Suite struct MessageTests {
    private let notice = Notice(
        severity: .page, event: .rollbackFailed, environment: "production", release: 12, revision: "0123456789abcdef",
        text: "broken {{ event }}", dedupeKey: "k", at: Timestamp(milliseconds: 1_700_000_000_000))

    @Test func namesArePutInOnce() throws {
        let template = try MessageTemplate(
            "{{environment}} #{{ release }} {{ shortRevision }}: {{ text }} at {{ time }} ({{auditSequence}})")
        let facts = NoticeFacts(notice: notice, audit: AuditHead(sequence: 9, hash: "ff"))
        #expect(template.render(facts) == "production #12 0123456789: broken {{ event }} at 2023-11-14T22:13:20.000Z (9)")
        #expect(try MessageTemplate("plain } text").render(facts) == "plain } text")
    }

    @Test(arguments: [
        ("{{ enviroment }}", "did you mean \"environment\"?"), ("{{ secret }}", "known are mark, severity"),
        ("a {{ text", "without \"}}\""),
        (String(repeating: "x", count: 5000), "at most 4000"), ("{{}}", "known are"),
    ])
    func badTemplatesAreRefused(_ source: String, _ words: String) throws {
        do throws(MessageTemplate.Defect) {
            _ = try MessageTemplate(source)
            Issue.record("it was accepted: \(source.prefix(50))")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test(arguments: [
        ("prod*", "production", true), ("prod*", "staging", false), ("*", "", true), ("*-eu", "production-eu", true), ("a?c", "abc", true),
        ("a?c", "ac", false), ("*a*b*c", "xaybzc", true), ("*a*b*c", "xaybz", false), ("production", "production", true), ("", "x", false),
    ])
    func patterns(_ pattern: String, _ name: String, _ isMatch: Bool) {
        #expect(NamePattern.matches(pattern, name) == isMatch)
    }

    @Test(arguments: [
        ("30", Duration.seconds(30)), (" 0 ", .zero), ("999999999999999999999999", .seconds(3600)), ("-5", nil), ("soon", nil), ("", nil),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)), ("Sun, 06 Nov 1994 08:48:37 GMT", .zero),
        ("Thu, 29 Feb 2024 00:00:00 GMT", .seconds(3600)),
        ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
    ])
    func retryAfter(_ text: String, _ wanted: Duration?) {
        // 1994-11-06T08:49:00Z
        #expect(RetryAfter.parse(text, at: Timestamp(milliseconds: 784_111_740_000)) == wanted)
    }

    @Test func pausesGrowAndEnd() {
        let pauses = [1, 2, 3, 20, 1000].map { RetryPlan.pause(after: $0, random: 0.5) }
        #expect(pauses == [.seconds(2), .seconds(4), .seconds(8), .seconds(300), .seconds(300)])
        #expect(RetryPlan.pause(after: 1, random: 0) == .milliseconds(1500))
        #expect(RetryPlan.pause(after: .transient(after: .seconds(40)), failures: 1, random: 0) == .seconds(40))
        #expect(RetryPlan.pause(after: .needsPerson, failures: 1, random: 0.5) == .seconds(120))
    }
}
