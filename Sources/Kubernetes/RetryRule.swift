/// Whether and when a call is tried again. Pure: the sender sleeps and counts.
struct RetryRule: Sendable {
    /// What a second try could do harm with.
    enum Safety: Sendable {
        /// Doing it twice is the same as doing it once: reads, server-side apply, deletes with a UID.
        case idempotent
        /// Tried again only when the server said that it had not begun.
        case onlyWhenRefused
        /// Never: the caller counts or times tries itself.
        case never
    }

    var limits: KubernetesLimits

    /// - Parameters:
    ///   - attempt: how many tries have failed, from 1.
    ///   - remaining: until the call's deadline.
    ///   - random: 0 up to 1.
    /// - Returns: the pause before the next try; `nil` to give up.
    func pause(
        after error: KubernetesError, attempt: Int, retryAfterSeconds: Int64?, safety: Safety, remaining: Duration, random: Double
    ) -> Duration? {
        guard attempt < limits.attempts, error.isTransient else { return nil }
        switch safety {
        case .never: return nil
        case .onlyWhenRefused: guard wasRefused(error, retryAfterSeconds) else { return nil }
        case .idempotent: break
        }
        var pause = backoff(attempt: attempt, random: random)
        if let seconds = retryAfterSeconds {
            guard seconds <= limits.longestRetryAfterSeconds else { return nil }
            // Never earlier than asked; the jitter keeps all clients from coming back in the same instant.
            pause = max(pause, .seconds(seconds) + limits.firstPause * random)
        }
        return pause < remaining ? pause : nil
    }

    private func wasRefused(_ error: KubernetesError, _ retryAfter: Int64?) -> Bool {
        switch error.code {
        case .tooManyRequests: true
        case .serverError(let status): status == 503 && retryAfter != nil
        default: false
        }
    }

    /// Doubles from the first pause to the longest; of it a random part between a half and the whole.
    private func backoff(attempt: Int, random: Double) -> Duration {
        var pause = limits.firstPause
        for _ in 1..<max(2, min(attempt, 32)) where attempt > 1 && pause < limits.longestPause { pause = pause * 2 }
        return min(pause, limits.longestPause) * (0.5 + 0.5 * random)
    }
}
