/// How many requests may be under way at once. There is no fixed rate: the API server's own priority and fairness says 429 when
/// it has enough, which halves the number; every so many successes give one back.
actor ConcurrencyGate {
    private let maximum: Int
    private(set) var limit: Int
    private var running = 0
    private var successes = 0
    /// Requests that were under way when the number was halved: what they still bring is the same news, and halving for each of a burst
    /// would leave one request at a time.
    private var known = 0
    private var nextTicket: UInt64 = 0
    private var waiting: [(ticket: UInt64, resume: CheckedContinuation<Bool, Never>)] = []

    init(maximum: Int) {
        self.maximum = max(1, maximum)
        limit = self.maximum
    }

    /// - Returns: `false` when the task was cancelled while it waited; nothing is to be left then.
    func enter() async -> Bool {
        if Task.isCancelled { return false }
        if running < limit, waiting.isEmpty {
            running += 1
            return true
        }
        let ticket = nextTicket
        nextTicket += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { resume in
                // The handler may have run before the continuation was there; the check closes that gap.
                if Task.isCancelled { resume.resume(returning: false) } else { waiting.append((ticket, resume)) }
            }
        } onCancel: {
            Task { await self.cancel(ticket) }
        }
    }

    func leave(wasThrottled: Bool) {
        running -= 1
        let isKnown = known > 0
        if isKnown { known -= 1 }
        if wasThrottled {
            successes = 0
            if !isKnown {
                limit = max(1, limit / 2)
                known = running
            }
        } else {
            successes += 1
            if successes >= limit, limit < maximum {
                limit += 1
                successes = 0
            }
        }
        while running < limit, !waiting.isEmpty {
            running += 1
            waiting.removeFirst().resume.resume(returning: true)
        }
    }

    private func cancel(_ ticket: UInt64) {
        guard let position = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiting.remove(at: position).resume.resume(returning: false)
    }
}
