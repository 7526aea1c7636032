/// What this room refuses: text that is no JSON, a patch that does not fit, a field of the wrong type.
///
/// `message` is a whole sentence for an operator, without the path; `description` puts the path before it.
package struct ManifestError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// Text that is not JSON of RFC 8259.
        case invalidJSON
        /// Deeper, longer or more than `Limits` allow.
        case limitExceeded
        /// Text that is not a JSON pointer of RFC 6901.
        case invalidPointer
        /// A patch that is itself malformed.
        case invalidPatch
        /// A well-formed patch that does not fit the value it is applied to.
        case patchConflict
        /// A `test` operation found another value.
        case testFailed
        case missingKey
        case unknownKey
        case wrongType
        case invalidValue
    }

    package var code: Code
    package var message: String
    package var path: [PathElement]

    package init(code: Code, message: String, path: [PathElement] = []) {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The same error seen from further outside: `prefix` is put before its path.
    package func prefixed(by prefix: [PathElement]) -> ManifestError {
        ManifestError(code: code, message: message, path: prefix + path)
    }
}

extension ManifestError: CustomStringConvertible {
    package var description: String {
        path.isEmpty ? message : "\(path.text): \(message)"
    }
}
