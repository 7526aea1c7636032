package import Manifests
internal import Synchronization

/// One holder's time of leading: the lease by its UID, and the number of its transitions, which only grows.
package struct LeaseTerm: Sendable, Hashable {
    package var lease: ObjectIdentity
    package var leaseUID: String
    package var generation: Int64
    package var holder: String

    package init(lease: ObjectIdentity, leaseUID: String, generation: Int64, holder: String) {
        self.lease = lease
        self.leaseUID = leaseUID
        self.generation = generation
        self.holder = holder
    }
}

/// Lets writes to a cluster through only while we lead there, and only for as long as nobody else can.
///
/// It is asked before every attempt of a call that changes something. It closes by time alone, so that a process that stood still, or an
/// elector that hangs, cannot keep it open.
package final class WriteFence: Sendable {
    private enum State: Sendable {
        case closed(reason: String)
        case open(LeaseTerm, renewed: ContinuousClock.Instant)
    }

    private let state = Mutex(State.closed(reason: "no lease has been taken yet"))
    private let underWay = Mutex(0)
    private let timing: LeaseTiming

    package init(timing: LeaseTiming = LeaseTiming()) {
        self.timing = timing
    }

    /// - Parameter renewed: before the renewal was sent: others see it later than that.
    package func open(_ term: LeaseTerm, renewed: ContinuousClock.Instant) {
        state.withLock { $0 = .open(term, renewed: renewed) }
    }

    package func close(_ reason: String) {
        state.withLock { $0 = .closed(reason: reason) }
    }

    /// The term in which a write may begin now.
    package func term(at now: ContinuousClock.Instant) -> LeaseTerm? {
        guard case .open(let term, let renewed) = state.withLock({ $0 }), now - renewed < timing.renewDeadline else { return nil }
        return term
    }

    /// The moment by which a write that begins now must be over, or why none may begin.
    func permission(at now: ContinuousClock.Instant) -> Permission {
        switch state.withLock({ $0 }) {
        case .closed(let reason): return .refused(reason)
        case .open(let term, let renewed):
            let age = now - renewed
            guard age < timing.renewDeadline else {
                return .refused("\(term.lease) was last renewed \(age.components.seconds) s ago, and others may lead soon")
            }
            return .granted(endsBefore: renewed + timing.duration - timing.margin)
        }
    }

    var hasWritesUnderWay: Bool { underWay.withLock { $0 > 0 } }
    func began() { underWay.withLock { $0 += 1 } }
    func ended() { underWay.withLock { $0 -= 1 } }

    enum Permission: Sendable {
        case granted(endsBefore: ContinuousClock.Instant)
        case refused(String)
    }
}
