/// Why a Release stopped, as an operator reads it.
package struct Failure: Sendable, Hashable {
    /// What found it.
    package enum Origin: String, Sendable, Hashable, CaseIterable {
        case preflight
        case apply
        case health
        case smokeTest
        case hook
        case job
        case metric
        case prune
        case deadline
        case operatorRequest
        case superseded
        /// Another member of its group failed.
        case group
    }

    package var origin: Origin
    /// Object, what failed, why. Redacted by whoever made it.
    package var message: String

    package init(origin: Origin, message: String) {
        self.origin = origin
        self.message = message
    }
}
