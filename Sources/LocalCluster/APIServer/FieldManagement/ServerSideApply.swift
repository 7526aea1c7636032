internal import Manifests

/// Server-side apply of one configuration by one manager (KEP-555): merge, find conflicts, take out what the manager no longer wants.
struct ServerSideApply {
    let type: ResourceType
    let manager: ManagedFields.Manager
    let force: Bool
    let time: Timestamp

    /// The object after the apply, with its `managedFields`.
    ///
    /// - Parameters:
    ///   - applied: the configuration as it was sent, without unknown fields: also what says false, 0 or nothing is owned.
    ///   - live: the object, or nil when it does not exist yet.
    /// - Throws: `Conflict` that names each field and its manager, unless `force`.
    func apply(_ applied: Value, to live: Value?) throws(APIError) -> Value {
        let shape = FieldShape.of(type)
        var wanted = ManagedFields.withoutSystemFields(applied)
        if wanted["metadata"]?.object?.isEmpty == true { wanted["metadata"] = nil }
        let wantedFields = FieldTree(applied: wanted, shape)
        var managed = ManagedFields(live)
        let lastFields = managed.fields(of: manager)

        var merged = live.map { FieldMerge.merge($0, applied, shape) } ?? applied
        for field in ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"] {
            merged["metadata", field] = live?["metadata"]?[field]
        }
        let written = FieldComparison(
            from: live.map(ManagedFields.withoutSystemFields), to: ManagedFields.withoutSystemFields(merged), shape
        ).written
        try checkConflicts(managed, written)
        managed.changeOthers(than: manager) { $0.subtracting(written) }

        FieldMerge.prune(&merged, last: lastFields, now: wantedFields, others: managed.fields(ofOthersThan: manager), shape)
        let removed = FieldComparison(
            from: live.map(ManagedFields.withoutSystemFields), to: ManagedFields.withoutSystemFields(merged), shape
        ).removed
        managed.changeOthers(than: manager) { $0.removing(removed) }
        managed.set(wantedFields, of: manager, at: time.rfc3339)
        merged["metadata", "managedFields"] = managed.value
        return merged
    }

    private func checkConflicts(_ managed: ManagedFields, _ written: FieldTree) throws(APIError) {
        if force { return }
        var causes: [APIError.Cause] = []
        var groups: [(manager: String, fields: [String])] = []
        for entry in managed.entries where entry.manager != manager {
            let fields = entry.fields.intersection(written).paths.map(FieldTree.text)
            if fields.isEmpty { continue }
            groups.append((entry.manager.description, fields))
            causes += fields.map {
                APIError.Cause(reason: "FieldManagerConflict", message: "conflict with \(entry.manager.description)", field: $0)
            }
        }
        if causes.isEmpty { return }
        let body = groups.map { group in
            causes.count == 1
                ? "conflict with \(group.manager): \(group.fields[0])"
                : "conflicts with \(group.manager):\n" + group.fields.map { "- \($0)" }.joined(separator: "\n")
        }
        var error = APIError(
            .conflict, "Apply failed with \(causes.count) conflict\(causes.count == 1 ? "" : "s"): \(body.joined(separator: "\n"))")
        error.causes = causes
        throw error
    }
}
