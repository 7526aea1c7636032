import Delivery
import Kubernetes
import Manifests
import Testing

@testable import Controller

@Suite struct DriftVerdictTests {
    static let id = ObjectIdentity(group: "", kind: "ConfigMap", namespace: "n", name: "settings")
    static let update = ObjectChange(
        identity: id, action: .update, fields: [FieldChange(path: [.key("data"), .key("key")], old: "by hand", new: "ours")])

    @Test(arguments: [
        (ObjectChange.Action.create, true), (.update, true), (.adopt, true), (.replace, true), (.unchanged, false), (.delete, false),
        (.conflict, false),
    ])
    func whatMayBePutRightIs(_ action: ObjectChange.Action, _ isHealed: Bool) {
        let verdict = DriftVerdict(changes: [ObjectChange(identity: Self.id, action: action)], replaced: [], policy: .heal)
        #expect(verdict.healable.contains(Self.id) == isHealed)
        #expect(verdict.told.keys.contains(Self.id) == (action == .conflict))
    }

    @Test func anObjectMadeAnewByOthersIsTakenUpAgainEvenWhenItSaysTheSame() {
        let same = ObjectChange(identity: Self.id, action: .unchanged)
        #expect(DriftVerdict(changes: [same], replaced: [Self.id], policy: .heal).healable == [Self.id])
        #expect(DriftVerdict(changes: [same], replaced: [Self.id], policy: .report).told[Self.id]?.words.contains("made anew") == true)
    }

    @Test func reportedDriftNamesTheField() {
        let verdict = DriftVerdict(changes: [Self.update], replaced: [], policy: .report)
        #expect(verdict.healable.isEmpty)
        #expect(verdict.told[Self.id]?.words.contains("data.key") == true, "\(verdict.told)")
    }

    @Test func twoWritersThatAlternateAreLeftAloneAndNamed() throws {
        var change = Self.update
        change.managers = ["other-controller"]
        var detector = FightDetector()
        var now = ContinuousClock.now
        var heals = 0
        var last = DriftVerdict(changes: [], replaced: [], policy: .heal)
        for _ in 1...10 {
            last = DriftVerdict(changes: [change], replaced: [], policy: .heal)
            last.leave(detector.found(last.contested, at: now))
            if last.healable.isEmpty { break }
            heals += 1
            detector.healed(last.contested.map(\.field), at: now)
            now += .seconds(5)
        }
        #expect(heals == FightDetector.Rule().alternations)
        #expect(last.told[Self.id]?.words.hasPrefix("other-controller changes") == true, "\(last.told)")
    }
}

@Suite struct DriftLedgerTests {
    private typealias Finding = DriftLedger.Finding
    private static let id = DriftVerdictTests.id

    @Test func anotherValueEachSecondIsOneEntry() {
        var ledger = DriftLedger()
        var now = ContinuousClock.now
        var entries = 0
        for value in 1...2000 {
            let change = ObjectChange(
                identity: Self.id, action: .update,
                fields: [FieldChange(path: [.key("data"), .key("key")], old: .string("\(value)"), new: "ours")])
            let verdict = DriftVerdict(changes: [change], replaced: [], policy: .report)
            entries += ledger.news(verdict.told, at: now).count
            now += .seconds(1)
        }
        #expect(entries == 1)
    }

    @Test func anotherFieldIsToldOnceInTenMinutesWithHowOftenItChanged() {
        var ledger = DriftLedger()
        let start = ContinuousClock.now
        #expect(ledger.news([Self.id: Finding(words: "a", sign: "a")], at: start) == [Self.id: "a"])
        for second in 1...300 {
            let finding = Finding(words: "value \(second)", sign: second % 2 == 0 ? "a" : "b")
            #expect(ledger.news([Self.id: finding], at: start + .seconds(second)).isEmpty)
        }
        // Nothing changes any more, and what is left to say is said when its time has come.
        #expect(ledger.news([:], at: start + Limits.driftPause - .seconds(1)).isEmpty)
        let told = ledger.news([:], at: start + Limits.driftPause)
        #expect(told == [Self.id: "value 300 (it changed 300 times since the last entry)"])
        #expect(ledger.news([:], at: start + Limits.driftPause * 3).isEmpty)
    }

    @Test func whatWasRightAndDiffersAgainIsTold() {
        var ledger = DriftLedger()
        let start = ContinuousClock.now
        let finding = Finding(words: "a", sign: "a")
        #expect(ledger.news([Self.id: finding], at: start).count == 1)
        ledger.end(Self.id)
        #expect(ledger.news([Self.id: finding], at: start + .seconds(1)).isEmpty)
        ledger.end(Self.id)
        #expect(ledger.news([:], at: start + Limits.driftPause).isEmpty, "it is right")
        #expect(ledger.news([Self.id: finding], at: start + Limits.driftPause + .seconds(1)) == [Self.id: "a"])
        let other = ObjectIdentity(group: "", kind: "Service", namespace: "n", name: "web")
        #expect(ledger.news([other: finding], at: start + Limits.driftPause + .seconds(2)) == [other: "a"], "each object by itself")
    }
}

@Suite struct OutageTests {
    @Test(arguments: [
        (KubernetesError.Code.unreachable, true), (.timedOut, true), (.unauthorized, true), (.configuration, true), (.notLeading, true),
        (.tooManyRequests(retryAfterSeconds: 1), true), (.serverError(status: 503), true), (.serverError(status: 504), true),
        (.serverError(status: 500), false), (.forbidden, false), (.invalid([]), false), (.refused, false),
        (.unknownKind(nearest: nil), false),
    ])
    func whatIsNoFaultOfTheReleaseIsAnOutage(_ code: KubernetesError.Code, _ isOutage: Bool) {
        #expect(KubernetesError(code, "x").isOutage == isOutage)
    }
}
