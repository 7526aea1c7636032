internal import Synchronization

/// A value that is set once and that any number of tasks wait for.
package final class OneValue<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var nextWaiter = 0
        /// Waits that were over before they began.
        var given: Set<Int> = []

        mutating func takeNumber() -> Int {
            nextWaiter += 1
            return nextWaiter
        }
    }

    private let state = Mutex(State())

    package init() {}

    package init(_ value: Value) { state.withLock { $0.value = value } }

    /// The first value stays; later ones are dropped.
    package func set(_ value: Value) {
        let waiters = state.withLock { state -> [Int: CheckedContinuation<Value?, Never>] in
            guard state.value == nil else { return [:] }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: value) }
    }

    package var current: Value? { state.withLock { $0.value } }

    /// Whoever makes one of these promises to set it, so this does not look at cancellation.
    package func value() async -> Value {
        while true {
            if let value = await wait(as: state.withLock { $0.takeNumber() }) { return value }
        }
    }

    /// `nil` when it is not set in time, or when the task is cancelled.
    package func value(within limit: Duration) async -> Value? {
        let number = state.withLock { $0.takeNumber() }
        let timer = Task {
            // Ended early by the cancellation below.
            do { try await Task.sleep(for: limit) } catch { return }
            giveUp(number)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            if Task.isCancelled { return current }
            return await wait(as: number)
        } onCancel: {
            giveUp(number)
        }
    }

    private func wait(as number: Int) async -> Value? {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> (isReady: Bool, value: Value?) in
                if let value = state.value { return (true, value) }
                // Given up before it began to wait.
                if state.given.remove(number) != nil { return (true, nil) }
                state.waiters[number] = continuation
                return (false, nil)
            }
            if outcome.isReady { continuation.resume(returning: outcome.value) }
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            if let waiter = state.waiters.removeValue(forKey: number) { return waiter }
            if state.value == nil { state.given.insert(number) }
            return nil
        }
        waiter?.resume(returning: nil)
    }
}
