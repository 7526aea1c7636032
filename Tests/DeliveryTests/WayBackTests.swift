import Delivery
import Testing

/// What has to be true of the Releases before a rollback is committed.
@Suite struct WayBackTests {
    private func release(
        _ id: Int64, _ kind: Release.Kind, _ phase: ReleasePhase, failedIn: ReleasePhase? = nil
    ) -> Release {
        var release = Samples.release(id, kind)
        release.phase = phase
        release.failedPhase = failedIn
        return release
    }

    @Test func aWayBackThatIsProvenIsCommitted() {
        for last in [release(3, .rollback, .verified), release(3, .deploy, .rolledBack), release(3, .rollback, .rolledBack)] {
            #expect(WayBack([last, release(2, .deploy, .verified)]) == .ended(last))
        }
    }

    @Test func whatRunsYetIsWaitedFor() {
        let back = release(3, .rollback, .verified)
        for phase in ReleasePhase.allCases where phase.isActive {
            #expect(WayBack([release(4, .rollback, phase), back]) == .underWay, "\(phase)")
            var forced = release(4, .deploy, phase)
            forced.isForced = true
            #expect(WayBack([forced, back]) == .underWay, "\(phase)")
            #expect(WayBack([back, forced]) == .underWay, "\(phase)")
        }
        #expect(WayBack([release(4, .deploy, .applying), back]) == .underWay)
    }

    /// A newer Revision has come meanwhile; the Hold stops it, and the commit is to take it back, too.
    @Test(arguments: [ReleasePhase.queued, .blocked, .preflight])
    func whatTheHoldKeepsOutIsNotWaitedFor(_ phase: ReleasePhase) {
        let back = release(3, .rollback, .verified)
        #expect(WayBack([release(4, .deploy, phase), back]) == .ended(back))
    }

    @Test func whatIsNotProvenIsNotCommitted() {
        #expect(WayBack([]) == .failed)
        #expect(WayBack([release(3, .rollback, .rollbackFailed), release(2, .deploy, .verified)]) == .failed)
        #expect(WayBack([release(3, .deploy, .failed, failedIn: .rollingOut), release(2, .deploy, .verified)]) == .failed)
    }

    @Test func whatNeverTouchedTheClusterDoesNotCount() {
        let back = release(3, .rollback, .verified)
        for last in [
            release(4, .deploy, .cancelled), release(4, .deploy, .superseded), release(4, .deploy, .failed, failedIn: .preflight),
        ] { #expect(WayBack([last, back]) == .ended(back)) }
    }

    @Test func aReleaseOverItTakesItsPlace() {
        let forced = release(4, .deploy, .verified)
        #expect(WayBack([forced, release(3, .rollback, .verified)]) == .overtaken(by: forced))
    }
}
