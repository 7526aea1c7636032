import Delivery
import Testing

@testable import Controller

@Suite struct DenialLedgerTests {
    private func denial(_ name: String, _ action: String, at seconds: Int64, in environment: String? = "production") -> AuditDraft {
        AuditDraft(
            at: Timestamp(milliseconds: seconds * 1000), actor: Actor(name: name, source: .token), action: "access.denied",
            environment: environment, reason: action, outcome: "no")
    }

    @Test func theFirstIsWrittenAtOnceAndTheOthersAreCounted() {
        let ledger = DenialLedger()
        #expect(ledger.note(denial("eve", "deploy", at: 10)) == [denial("eve", "deploy", at: 10)])
        for second in 11...1000 where second < 600 { #expect(ledger.note(denial("eve", "deploy", at: Int64(second))).isEmpty) }
        #expect(ledger.note(denial("eve", "hold", at: 600)).count == 1, "another request is another entry")
        let due = ledger.sweep(at: Timestamp(milliseconds: 610_000))
        #expect(due.count == 1 && due.first?.outcome == "589 more times since 1970-01-01T00:00:10Z: no", "\(due)")
        #expect(ledger.note(denial("eve", "deploy", at: 611)).count == 1, "a new window")
        #expect(ledger.sweep(at: Timestamp(milliseconds: 612_000), all: true).isEmpty, "nothing was repeated")
    }

    @Test func whoInventsNamesIsCountedAsOneAndHidesNobody() {
        let ledger = DenialLedger()
        let written = (0..<10_000).flatMap { ledger.note(denial("eve", "deploy", at: 1, in: "e\($0)")) }
        #expect(written.count == Limits.denialsOfOne + 1)
        #expect(ledger.note(denial("mallory", "deploy", at: 2)).first?.actor.name == "mallory")
        let due = ledger.sweep(at: Timestamp(milliseconds: 3000), all: true)
        #expect(due.count == 1 && due.first?.outcome.hasPrefix("9979 more times") == true, "\(due)")
    }

    @Test func manyActorsCannotFillTheRecordEither() {
        let ledger = DenialLedger()
        let written = (0..<10_000).flatMap { ledger.note(denial("a\($0)", "deploy", at: 1)) }
        #expect(written.count == Limits.denials + 1)
        #expect(ledger.sweep(at: Timestamp(milliseconds: 2000), all: true).count == 1)
    }
}
