package import Kustomize

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

    /// A remote base that has to be fetched; then the same rendering may succeed.
    package var neededTree: RemoteTree?

    package init(_ code: Code, _ message: String, neededTree: RemoteTree? = nil) {
        self.code = code
        self.message = message
        self.neededTree = neededTree
    }

    package var description: String { message }
}
