internal import Synchronization

/// One waiter, many wakers: a wake that comes while nobody waits is kept, two of them count once.
package final class WakeSignal: Sendable {
    private struct State {
        var isSet = false
        var generation = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func set() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isSet = true
                return nil
            }
            state.waiter = nil
            state.generation += 1
            return waiter
        }
        waiter?.resume()
    }

    /// Returns when woken, when `duration` is over, or when the task is cancelled.
    package func wait(atMost duration: Duration) async {
        let ticket = state.withLock { state in state.generation }
        let timer = Task {
            do { try await Task.sleep(for: duration) } catch { return }
            self.expire(ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    if state.isSet || Task.isCancelled {
                        state.isSet = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            set()
        }
        timer.cancel()
        state.withLock { $0.generation += 1 }
    }

    private func expire(_ ticket: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.generation == ticket, let waiter = state.waiter else { return nil }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }
}
