package import Manifests

/// An error about a value, with the place in the text that the value was read from.
package struct LocatedError: Error, Sendable, Hashable, CustomStringConvertible {
    package var position: SourcePosition
    package var error: ManifestError

    package init(position: SourcePosition, error: ManifestError) {
        self.position = position
        self.error = error
    }

    /// `environments/staging/weights.yaml:3:7: weights.freshness: must be a number from 0 to 100, not 120`.
    package var description: String { "\(position): \(error)" }
}

extension YAML {
    /// Finds where each error's path is written, in the order of the text. An error whose place cannot be found stands at the start of the file.
    package static func located(_ errors: [ManifestError], document: Int, in bytes: [UInt8], file: String) -> [LocatedError] {
        errors.map { error in
            let found = position(of: error.path, document: document, in: bytes, file: file)
            return LocatedError(position: found ?? SourcePosition(file: file, line: 1, column: 1), error: error)
        }.sorted { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
    }
}
