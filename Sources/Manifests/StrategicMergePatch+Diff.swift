extension StrategicMergePatch {
    /// The patch that makes `to` of `from`, with `$setElementOrder` for merged lists that change and `$retainKeys` where the schema has it.
    package static func diff(from: Value, to: Value, schema: any MergeSchema) throws(ManifestError) -> Value {
        let differ = StrategicDiff(scope: .all, writesOrder: true)
        return .object(try differ.diff(from.object ?? Object(), to.object ?? Object(), schema, retainsKeys: false))
    }

    /// The patch for `current` that brings in what changed from `original` to `modified`, as `kubectl apply` makes it from what was applied last, what is to be
    /// applied, and what is live. Without `overwriting`, throws `patchConflict` when it would undo a change made to `current`.
    package static func threeWayDiff(
        original: Value, modified: Value, current: Value, schema: any MergeSchema, overwriting: Bool
    ) throws(ManifestError) -> Value {
        let (original, modified) = (original.object ?? Object(), modified.object ?? Object())
        let current = current.object ?? Object()
        let additions = try StrategicDiff(scope: .additions, writesOrder: true).diff(current, modified, schema, retainsKeys: false)
        let deletions = try StrategicDiff(scope: .deletions, writesOrder: true).diff(original, modified, schema, retainsKeys: false)
        let patch = try StrategicMerge(mode: .patchIntoPatch).merge(additions, into: deletions, schema)
        if !overwriting {
            let foreign = try StrategicDiff(scope: .all, writesOrder: false).diff(original, current, schema, retainsKeys: false)
            if let path = StrategicConflict.find(.object(patch), .object(foreign), schema, nil) {
                throw ManifestError(
                    code: .patchConflict, message: "was changed in the cluster since it was applied last, and the patch changes it too",
                    path: path)
            }
        }
        return .object(patch)
    }
}
