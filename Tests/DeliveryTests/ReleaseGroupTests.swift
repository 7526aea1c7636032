import Delivery
import Testing

@Suite struct ReleaseGroupTests {
    private func peer(_ phase: ReleasePhase?, ready: Bool = false, verified: String = "a") -> ReleaseGroup.Peer {
        var state = Samples.environment(verified: verified)
        state.name = "search"
        guard let phase else { return .init(state: state, releases: []) }
        var release = Samples.release(9)
        release.environment = "search"
        release.phase = phase
        release.isReadyForGroup = ready
        return .init(state: state, releases: [release])
    }

    private func standing(_ peers: [ReleaseGroup.Peer], isProven: Bool = false) -> ReleaseGroup.Standing {
        ReleaseGroup.standing(of: Samples.release(), isProven: isProven, among: peers)
    }

    @Test func nobodyBeginsBeforeAllMay() {
        #expect(standing([]) == .ready)
        #expect(standing([peer(nil)]) == .waits(for: ["search has no release of it yet"]))
        #expect(standing([peer(nil, verified: "b")]) == .ready)
        #expect(standing([peer(.preflight)]) == .waits(for: ["search release 9 is preflight"]))
        #expect(standing([peer(.blocked, ready: true)]) == .ready)
        #expect(standing([peer(.applying)]) == .ready)
    }

    @Test func nobodyIsVerifiedBeforeAllAreProven() {
        for phase in [ReleasePhase.queued, .blocked, .preflight, .stepping, .applying, .rollingOut, .verifying] {
            #expect(standing([peer(phase, ready: true)], isProven: true) == .waits(for: ["search release 9 is \(phase.rawValue)"]))
        }
        for phase in [ReleasePhase.soaking, .pruning, .verified] { #expect(standing([peer(phase)], isProven: true) == .ready) }
    }

    @Test(arguments: [ReleasePhase.failed, .rollingBack, .rolledBack, .rollbackFailed, .superseded, .cancelled])
    func whenOneFailsAllGoBack(_ phase: ReleasePhase) {
        guard case .fails(let failure) = standing([peer(phase)], isProven: true) else {
            Issue.record("a release goes on after its group failed")
            return
        }
        #expect(failure.origin == .group && failure.message.contains("search release 9"))
    }

    @Test func whatEndedBeforeThisWasTriedAgainIsWaitedFor() {
        var ended = peer(.failed)
        ended.releases[0].finishedAt = Samples.now + .seconds(10)
        ended.releases[0].failedPhase = .preflight
        var again = Samples.release()
        again.retriedAt = Samples.now + .seconds(20)
        guard case .waits(let others) = ReleaseGroup.standing(of: again, isProven: false, among: [ended]) else {
            Issue.record("a retry is undone by the failure that it follows")
            return
        }
        #expect(others.first?.contains("slipway retry search") == true)
        again.retriedAt = Samples.now + .seconds(5)
        guard case .fails = ReleaseGroup.standing(of: again, isProven: false, among: [ended]) else {
            Issue.record("a failure after the retry is passed over")
            return
        }
    }

    @Test func forceAndWhatComesAfterTheProofTakeNoneWithThem() {
        var forced = peer(.failed)
        forced.releases[0].isForced = true
        #expect(standing([forced]) == .waits(for: ["search has no release of it yet"]))
        var proven = Samples.release()
        proven.phase = .verified
        proven.finishedAt = Samples.now
        var later = peer(.cancelled, verified: "b")
        later.releases[0].createdAt = Samples.now + .seconds(60)
        #expect(ReleaseGroup.standing(of: proven, isProven: true, among: [later]) == .ready)
    }

    @Test func whatRendersToWhatRunsThereIsNotWaitedFor() {
        var other = peer(nil, verified: "c")
        #expect(standing([other], isProven: true) == .waits(for: ["search has no release of it yet"]))
        other.bundle = "bundle-c"
        #expect(standing([other], isProven: true) == .ready)
    }
}
