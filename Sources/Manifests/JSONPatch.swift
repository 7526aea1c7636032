/// JSON patches of RFC 6902: a list of operations, applied all or not at all.
package enum JSONPatch {
    /// Whose rules count where they differ.
    package enum Dialect: Sendable, Hashable {
        case rfc6902
        /// Those of the library that Kubernetes and kustomize use (evanphx/json-patch 4): `-1` is the last place of a list, leading zeros are read, a missing
        /// `value` is null, a `test` for null holds where nothing is, and the whole value can only
        /// be replaced, by a mapping or a list.
        case kubernetes
    }

    /// Applies `patch` to `value`. Throws `invalidPatch` for a malformed patch, `patchConflict` when a place does not exist, and `testFailed`; the path of the
    /// error is the operation's place in the patch.
    package static func apply(_ patch: Value, to value: Value, dialect: Dialect = .rfc6902) throws(ManifestError) -> Value {
        guard let operations = patch.array else {
            throw ManifestError(code: .invalidPatch, message: "a JSON patch is a list of operations, not \(patch.typeName)")
        }
        guard operations.count <= ManifestLimits.patchOperations else {
            throw ManifestError(
                code: .limitExceeded,
                message: "the JSON patch has \(operations.count) operations; at most \(ManifestLimits.patchOperations) are allowed")
        }
        var result = value
        var applier = Applier(dialect: dialect)
        for (index, operation) in operations.enumerated() {
            do throws(ManifestError) {
                try applier.apply(try Operation(operation, dialect), to: &result)
            } catch {
                throw error.prefixed(by: [.index(index)])
            }
        }
        return result
    }

    enum Operation {
        case add(JSONPointer, Value)
        case remove(JSONPointer)
        case replace(JSONPointer, Value)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, Value)

        init(_ operation: Value, _ dialect: Dialect) throws(ManifestError) {
            guard operation.object != nil else {
                throw ManifestError(code: .invalidPatch, message: "an operation of a JSON patch is a mapping, not \(operation.typeName)")
            }
            let name = try Self.text("op", of: operation)
            let path = try JSONPointer(try Self.text("path", of: operation))
            switch name {
            case "add": self = .add(path, try Self.value(of: operation, dialect))
            case "remove": self = .remove(path)
            case "replace": self = .replace(path, try Self.value(of: operation, dialect))
            case "move": self = .move(from: try JSONPointer(try Self.text("from", of: operation)), to: path)
            case "copy": self = .copy(from: try JSONPointer(try Self.text("from", of: operation)), to: path)
            case "test": self = .test(path, try Self.value(of: operation, dialect))
            default:
                throw ManifestError(
                    code: .invalidPatch, message: "unknown operation \"\(name)\"; known are add, remove, replace, move, copy, test")
            }
        }

        private static func text(_ key: String, of operation: Value) throws(ManifestError) -> String {
            guard let member = operation[key] else { throw ManifestError(code: .invalidPatch, message: "the operation has no \"\(key)\"") }
            guard let text = member.string else {
                throw ManifestError(code: .invalidPatch, message: "\"\(key)\" of the operation must be a string, not \(member.typeName)")
            }
            return text
        }

        private static func value(of operation: Value, _ dialect: Dialect) throws(ManifestError) -> Value {
            guard let value = operation["value"] ?? (dialect == .kubernetes ? .null : nil) else {
                throw ManifestError(code: .invalidPatch, message: "the operation has no \"value\"; write null for null")
            }
            return value
        }
    }
}
