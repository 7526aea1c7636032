/// Kubernetes' strategic merge patch: a merge patch that merges lists by the keys of their elements and takes directives.
///
/// `$patch: replace | delete` in a mapping or a list element, `$setElementOrder/x`, `$deleteFromPrimitiveList/x`, `$retainKeys`.
package enum StrategicMergePatch {
    /// Throws `invalidPatch` for directives that are malformed or contradict each other, for list elements without their merge key, and for fields that a
    /// closed schema does not have; the error has its path.
    package static func apply(_ patch: Value, to value: Value, schema: any MergeSchema) throws(ManifestError) -> Value {
        guard case .object(let patch) = patch else {
            throw ManifestError(code: .invalidPatch, message: "a strategic merge patch is a mapping, not \(patch.typeName)")
        }
        return .object(try StrategicMerge(mode: .patchIntoValue).merge(patch, into: value.object ?? Object(), schema))
    }

    /// The names of directives.
    enum Directive {
        static let patch = "$patch"
        static let retainKeys = "$retainKeys"
        static let order = "$setElementOrder/"
        static let deletion = "$deleteFromPrimitiveList/"

        /// The field a directive of the form `prefix/field` is about.
        static func field(_ key: String, _ prefix: String) -> String? { key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : nil }

        static func isDirective(_ key: String) -> Bool {
            key.utf8.first == UInt8(ascii: "$") && (key == patch || key == retainKeys || key.hasPrefix(order) || key.hasPrefix(deletion))
        }
    }
}
