/// Why the controller, or a part of it, cannot go on; for an operator.
package struct ControllerError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The controller's own configuration is wrong; it does not start.
        case configuration
        /// The watched repository says something that cannot be used.
        case repository
        case render
        case cluster
        case journal
        /// Another controller has the same state directory.
        case locked
        case io
    }

    package var code: Code
    /// What failed, why, and what to do.
    package var message: String
    /// For `render`: what is wrong with the repository, each with its place; the message says the same.
    package var findings: [Finding] = []

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
