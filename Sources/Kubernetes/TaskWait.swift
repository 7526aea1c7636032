internal import Synchronization

/// Waits for a task that others wait for too, and that goes on when one of them gives up.
enum TaskWait {
    /// - Returns: `nil` when the time is over or the caller was cancelled.
    static func value<Value: Sendable>(of task: Task<Value, Never>, atMost limit: Duration) async -> Value? {
        let word = FirstWord<Value>()
        let timer = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            word.say(nil)
        }
        defer { timer.cancel() }
        // It ends with the task, which has a deadline of its own.
        Task { word.say(await task.value) }
        return await withTaskCancellationHandler {
            await word.heard()
        } onCancel: {
            word.say(nil)
        }
    }
}

/// Of several that may speak, the first is heard.
private final class FirstWord<Value: Sendable>: Sendable {
    private enum State {
        case silent
        case awaited(CheckedContinuation<Value?, Never>)
        case said(Value?)
    }

    private let state = Mutex(State.silent)

    func say(_ value: Value?) {
        let listener: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .silent:
                state = .said(value)
                return nil
            case .awaited(let continuation):
                state = .said(value)
                return continuation
            case .said: return nil
            }
        }
        listener?.resume(returning: value)
    }

    func heard() async -> Value? {
        await withCheckedContinuation { continuation in
            let said: Value?? = state.withLock { state in
                guard case .said(let value) = state else {
                    state = .awaited(continuation)
                    return nil
                }
                return .some(value)
            }
            if let said { continuation.resume(returning: said) }
        }
    }
}
