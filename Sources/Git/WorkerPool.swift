internal import HTTPTransport
internal import Synchronization

/// A few threads for calls that block. They start when there is work and end when there is none.
final class WorkerPool: Sendable {
    private struct State {
        var threads = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let name: String
    private let limit: Int
    private let waitingLimit: Int

    init(name: String, threads: Int, waiting: Int) {
        self.name = name
        limit = threads
        waitingLimit = waiting
    }

    /// Runs the work in one of the threads, or says that there is no room.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        enum Decision { case queued, start, refuse }
        let decision = state.withLock { state -> Decision in
            guard state.waiting.count < waitingLimit else { return .refuse }
            state.waiting.append(work)
            guard state.threads < limit else { return .queued }
            state.threads += 1
            return .start
        }
        switch decision {
        case .queued: return true
        case .refuse: return false
        case .start:
            if NativeThread.start(name: name, { [self] in drain() }) { return true }
            // Another thread may live and take it; if none does, nobody will, and the work must come back.
            return state.withLock { state in
                state.threads -= 1
                guard state.threads == 0 else { return true }
                state.waiting = []
                return false
            }
        }
    }

    private func drain() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
