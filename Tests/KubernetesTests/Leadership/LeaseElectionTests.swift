import Manifests
import Testing

@testable import Kubernetes

@Suite struct LeaseElectionTests {
    let start = ContinuousClock.now

    static func election(_ identity: String = "a") -> LeaseElection {
        LeaseElection(identity: identity, timing: LeaseTiming(), namespace: "ops", name: "slipway")
    }

    static func lease(
        _ holder: String, version: Int, transitions: Int64 = 3, renewed: String = "2026-11-26T10:00:00.000000Z"
    ) -> LeaseRecord {
        LeaseRecord([
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": "slipway", "namespace": "ops", "uid": "u1", "resourceVersion": .string("\(version)")],
            "spec": [
                "holderIdentity": .string(holder), "leaseDurationSeconds": 15, "leaseTransitions": .integer(transitions),
                "renewTime": .string(renewed), "acquireTime": "2026-11-26T09:00:00.000000Z", "strategy": "OldestEmulationVersion",
            ],
        ])
    }

    @Test func theFirstHolderMakesTheLeaseWithNoTransition() {
        var election = Self.election()
        guard case .create(let record) = election.step(live: nil, at: start, time: "now") else {
            Issue.record("no lease is made")
            return
        }
        #expect(record.holder == "a" && record.transitions == 0 && record.duration == .seconds(15))
        #expect(record.object["spec", "acquireTime"] == "now" && record.object["spec", "renewTime"] == "now")
    }

    @Test func aRenewalKeepsTheTermAndFieldsOfOthers() {
        var election = Self.election()
        guard case .replace(let record) = election.step(live: Self.lease("a", version: 7), at: start, time: "later") else {
            Issue.record("it is not renewed")
            return
        }
        #expect(record.transitions == 3 && record.resourceVersion == "7")
        #expect(record.object["spec", "acquireTime"] == "2026-11-26T09:00:00.000000Z" && record.object["spec", "renewTime"] == "later")
        #expect(record.object["spec", "strategy"] == "OldestEmulationVersion")
    }

    /// A wall clock that jumped, here or there, must not make a lease look old, or young for ever.
    @Test(arguments: ["1970-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z", ""])
    func onlyOurOwnClockSaysWhenALeaseHasRunOut(renewed: String) {
        var election = Self.election()
        let live = Self.lease("b", version: 7, renewed: renewed)
        #expect(election.step(live: live, at: start, time: "") == .wait(holder: "b", atMost: .seconds(15)))
        #expect(election.step(live: live, at: start + .seconds(14), time: "") == .wait(holder: "b", atMost: .seconds(1)))
        let renewedOnce = Self.lease("b", version: 8, renewed: renewed)
        #expect(election.step(live: renewedOnce, at: start + .seconds(14), time: "") == .wait(holder: "b", atMost: .seconds(15)))
        guard case .replace(let taken) = election.step(live: renewedOnce, at: start + .seconds(29), time: "") else {
            Issue.record("it is not taken")
            return
        }
        #expect(taken.holder == "a" && taken.transitions == 4)
    }

    @Test func aReleasedLeaseIsTakenAtOnce() {
        var election = Self.election()
        let live = LeaseRecord(Self.lease("b", version: 7).released(time: "").object)
        #expect(live.holder.isEmpty)
        guard case .replace(let taken) = election.step(live: live, at: start, time: "") else {
            Issue.record("it is not taken")
            return
        }
        #expect(taken.transitions == 4 && taken.duration == .seconds(15))
        // Servers and clients leave an empty holder out.
        var bare = live.object
        bare.set(["spec", "holderIdentity"], to: nil)
        guard case .replace(let again) = election.step(live: LeaseRecord(bare), at: start, time: "") else {
            Issue.record("it is not taken")
            return
        }
        #expect(again.transitions == 4)
    }

    /// Somebody deletes the Lease while its holder has writes under way.
    @Test func aLeaseThatVanishesIsWaitedForLikeOneThatStands() {
        var election = Self.election()
        _ = election.step(live: Self.lease("b", version: 7), at: start, time: "")
        #expect(election.step(live: nil, at: start + .seconds(5), time: "") == .wait(holder: "b", atMost: .seconds(10)))
        guard case .create = election.step(live: nil, at: start + .seconds(15), time: "") else {
            Issue.record("it is not made")
            return
        }
        var holder = Self.election("b")
        holder.stored(Self.lease("b", version: 7), at: start)
        guard case .create = holder.step(live: nil, at: start + .seconds(1), time: "") else {
            Issue.record("its own holder may make it anew")
            return
        }
    }

    @Test func aHolderWithALongerLeaseIsNotCutShort() {
        var election = Self.election()
        var live = Self.lease("b", version: 7).object
        live["spec", "leaseDurationSeconds"] = 60
        #expect(election.step(live: LeaseRecord(live), at: start, time: "") == .wait(holder: "b", atMost: .seconds(60)))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (1_782_777_600_123, "2026-06-30T00:00:00.123000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999000Z"),
    ])
    func timesForPeople(milliseconds: Int64, text: String) {
        #expect(MicroTime.text(milliseconds: milliseconds) == text)
    }
}
