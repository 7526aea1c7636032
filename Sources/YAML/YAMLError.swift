package import Manifests

/// Why a YAML text was refused, and where.
package struct YAMLError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// The text is not YAML.
        case syntax
        /// The text is YAML that no Kubernetes object can be made of: a mapping as a key, a value that contradicts its tag.
        case unsupported
        case duplicateKey
        case unknownAnchor
        /// Larger, deeper or more than `YAMLLimits` allow.
        case limitExceeded
        case outOfMemory
    }

    package var code: Code
    /// A sentence without the position.
    package var message: String
    package var position: SourcePosition

    package init(code: Code, message: String, position: SourcePosition) {
        self.code = code
        self.message = message
        self.position = position
    }
}

extension YAMLError: CustomStringConvertible {
    /// `environments/staging/weights.yaml:3:7: the key "weights" is there twice ...`.
    package var description: String { "\(position): \(message)" }
}
