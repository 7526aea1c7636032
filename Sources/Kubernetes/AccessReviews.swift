internal import Synchronization

/// The rights that the API server confirmed a moment ago. What it denied is asked again each time: somebody may just have granted it.
final class AccessReviews: Sendable {
    private let granted = Mutex<[AccessQuestion: ContinuousClock.Instant]>([:])

    func isGranted(_ question: AccessQuestion, now: ContinuousClock.Instant, maximumAge: Duration) -> Bool {
        granted.withLock { granted in granted[question].map { now - $0 < maximumAge } ?? false }
    }

    func remember(_ question: AccessQuestion, now: ContinuousClock.Instant, limit: Int) {
        granted.withLock { granted in
            if granted.count >= limit { granted = [:] }
            granted[question] = now
        }
    }
}
