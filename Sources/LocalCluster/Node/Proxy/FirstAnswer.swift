internal import Synchronization

/// Tells once that a Pod has answered on a new connection, or never will.
final class FirstAnswer: Sendable {
    private let isTold = Atomic(false)
    private let tell: @Sendable () -> Void

    init(_ tell: @escaping @Sendable () -> Void) { self.tell = tell }

    func came() {
        if !isTold.exchange(true, ordering: .relaxed) { tell() }
    }
}
