/// Counts the answers of one probe in a row and says when its verdict turns; pure.
package struct ProbeTracker: Sendable, Hashable {
    package let successThreshold: Int
    package let failureThreshold: Int
    /// What it has come to; `nil` before the first verdict.
    package private(set) var verdict: Bool?
    private var inARow = 0
    private var last: Bool?

    package init(successThreshold: Int, failureThreshold: Int) {
        self.successThreshold = successThreshold
        self.failureThreshold = failureThreshold
    }

    /// - Returns: the new verdict when this answer turned or first gave one.
    package mutating func record(_ success: Bool) -> Bool? {
        inARow = success == last ? inARow + 1 : 1
        last = success
        guard inARow >= (success ? successThreshold : failureThreshold), verdict != success else { return nil }
        verdict = success
        return success
    }
}
