/// Keys that are due to be looked at, each at most once at a time: a key added while it is worked on is given out again afterwards.
/// A key may also be added for later; the earliest of its times counts.
package actor WorkQueue<Key: Hashable & Sendable> {
    private var ready: [Key] = []
    private var waiting: Set<Key> = []
    private var working: Set<Key> = []
    private var failures: [Key: Int] = [:]
    private var timers: [Key: (due: ContinuousClock.Instant, task: Task<Void, Never>)] = [:]
    private var takers: [CheckedContinuation<Key?, Never>] = []
    private var isClosed = false

    package init() {}

    package func add(_ key: Key) {
        guard !isClosed, waiting.insert(key).inserted else { return }
        if working.contains(key) { return }
        offer(key)
    }

    package func add(_ key: Key, after delay: Duration) {
        guard delay > .zero else { return add(key) }
        let due = ContinuousClock.now + delay
        if isClosed || timers[key].map({ $0.due <= due }) == true { return }
        timers[key]?.task.cancel()
        let task = Task { [weak self] in
            do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
            await self?.timerFired(key, due)
        }
        timers[key] = (due, task)
    }

    /// Adds the key again after a delay that doubles with each failure in a row.
    package func retry(_ key: Key) {
        let count = failures[key, default: 0]
        failures[key] = count + 1
        add(key, after: min(ControllerLimits.firstRetryDelay * (1 << min(count, 16)), ControllerLimits.longestRetryDelay))
    }

    package func succeeded(_ key: Key) { failures[key] = nil }

    /// The next key, or `nil` after `close()`. `done` has to be called for each.
    package func next() async -> Key? {
        if isClosed { return nil }
        if !ready.isEmpty { return take(ready.removeFirst()) }
        return await withCheckedContinuation { takers.append($0) }
    }

    package func done(_ key: Key) {
        working.remove(key)
        if waiting.contains(key), !isClosed { offer(key) }
    }

    package func close() {
        isClosed = true
        for timer in timers.values { timer.task.cancel() }
        timers = [:]
        for taker in takers { taker.resume(returning: nil) }
        takers = []
    }

    private func timerFired(_ key: Key, _ due: ContinuousClock.Instant) {
        guard timers[key]?.due == due else { return }
        timers[key] = nil
        add(key)
    }

    private func offer(_ key: Key) {
        if takers.isEmpty { return ready.append(key) }
        takers.removeFirst().resume(returning: take(key))
    }

    private func take(_ key: Key) -> Key {
        waiting.remove(key)
        working.insert(key)
        return key
    }
}
