/// When an attempt that failed is tried again. Pure.
enum RetryPlan {
    /// Doubles from the first to the longest, give or take a quarter, so that many do not come back at the same moment.
    ///
    /// - Parameters:
    ///   - failures: in a row, this one included.
    ///   - random: in 0..<1.
    static func pause(after failures: Int, random: Double) -> Duration {
        let doubled = NotificationLimits.retryFirst * (1 << min(max(failures - 1, 0), 12))
        return min(doubled, NotificationLimits.retryMost) * (0.75 + random / 2)
    }

    /// A service that says for how long it wants no more requests is not asked earlier, and a little later than it says.
    static func pause(after failure: DeliveryFailure.Kind, failures: Int, random: Double) -> Duration {
        switch failure {
        case .transient(let asked?): max(asked * (1 + random / 10), NotificationLimits.retryFirst)
        case .transient(nil), .permanent, .cancelled: pause(after: failures, random: random)
        case .needsPerson: max(pause(after: failures, random: random), NotificationLimits.retryRefused)
        }
    }
}
