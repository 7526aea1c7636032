internal import Manifests

/// What differs between two stored objects, without what the server writes by itself, and without secret values.
enum PlanDiff {
    static func isSame(_ left: Value, _ right: Value) -> Bool {
        SemanticDiff.equal(normalized(left), normalized(right))
    }

    static func changes(from live: Value, to planned: Value) -> [FieldChange] {
        // The key makes two different secret values differ; it is gone after this call, and so are the marks that it made.
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let changes = SemanticDiff.changes(
            from: SecretRedaction.redacted(normalized(live), key: key), to: SecretRedaction.redacted(normalized(planned), key: key),
            schema: schema(planned))
        return changes.map { FieldChange(path: $0.path, old: $0.old.map(unmarked), new: $0.new.map(unmarked)) }
    }

    /// The fields in conflict with the value that is there and ours.
    static func conflictChanges(_ conflicts: [ApplyConflict], live: Value?, ours: Value) -> [FieldChange] {
        let (live, ours) = (live.map { SecretRedaction.redacted($0) }, SecretRedaction.redacted(ours))
        return conflicts.map { conflict in
            let path = ConflictPath.elements(conflict.field)
            return FieldChange(path: path, old: live?.value(at: path), new: ours.value(at: path))
        }
    }

    /// Without what changes on its own, or differs between an answer and a dry-run's.
    static func normalized(_ object: Value) -> Value {
        var object = object
        for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
            object.set(["metadata", field], to: nil)
        }
        object["status"] = nil
        return object
    }

    private static func schema(_ object: Value) -> (any MergeSchema)? {
        guard let apiVersion = object.apiVersion, let kind = object.kind else { return nil }
        return KubernetesSchema.builtIn(apiVersion: apiVersion, kind: kind)
    }

    /// The marks of one call would make two equal plans differ, and with them the hash that is approved.
    private static func unmarked(_ value: Value) -> Value {
        switch value {
        case .string(let text) where text.hasPrefix("(redacted "): .string(SecretRedaction.mask)
        case .array(let elements): .array(elements.map(unmarked))
        case .object(let object): .object(Object(object.map { ($0.key, unmarked($0.value)) }))
        case .null, .bool, .integer, .double, .string: value
        }
    }
}
