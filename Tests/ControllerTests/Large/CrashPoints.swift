import Synchronization

/// The next point to be killed at, until a run was not killed before a write because there was no such write.
final class CrashPoints: Sendable {
    private struct State {
        var next = 0
        var survived: Int?
        var crashed: Set<String> = []
    }
    private let state = Mutex(State())

    func next() -> String? {
        state.withLock { state in
            guard state.survived == nil, state.next < 200 else { return nil }
            defer { state.next += 1 }
            return "\(state.next % 2 == 0 ? "before" : "after"):\(state.next / 2 + 1)"
        }
    }

    func ended(_ point: String, crashed: Bool) {
        state.withLock { state in
            if crashed {
                state.crashed.insert(point)
            } else if point.hasPrefix("before:"), let number = Int(point.dropFirst("before:".count)) {
                state.survived = min(state.survived ?? number, number)
            }
        }
    }

    var result: (writes: Int, crashed: Set<String>) { state.withLock { (($0.survived ?? 1) - 1, $0.crashed) } }
}
