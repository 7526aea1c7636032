internal import Delivery

/// How long a lane sleeps that has nothing to do, unless it is woken. Pure.
struct QuietPause: Sendable {
    /// Zero: something is to be done at once.
    var longest: Duration
    var isInGroup: Bool
    /// When a hold, a freeze or a quarantine is over. Whoever sets one wakes the lane.
    var ends: [Timestamp]

    func from(_ now: Timestamp) -> Duration {
        guard longest > .zero else { return longest }
        // The others of a group may fail without a change of their state that would wake this lane.
        let most = isInGroup ? min(longest, Limits.idlePoll) : longest
        return ends.min().map { max(Limits.shortestPause, min(most, $0 - now)) } ?? most
    }
}
