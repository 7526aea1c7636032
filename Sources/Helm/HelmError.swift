package import Manifests

/// Why a chart cannot be rendered, for the person who wrote the Environment.
package struct HelmError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// There is no program `helm`, or it cannot be started.
        case missingProgram
        case missingFile
        case limitExceeded
        /// Links, submodules and other things that are not plain files.
        case unsupported
        /// Helm said no.
        case refused
        case timedOut
        case invalidOutput
        case hook
        /// Two runs gave different objects.
        case random
        /// The disk of this machine said no.
        case storage
    }

    package var code: Code
    package var message: String
    /// The key of the request that it is about, such as `chart` or `values[1]`.
    package var path: [PathElement]

    init(_ code: Code, _ message: String, at path: [PathElement] = [.key("chart")]) {
        self.code = code
        self.message = message
        self.path = path
    }

    package var description: String { message }
}
