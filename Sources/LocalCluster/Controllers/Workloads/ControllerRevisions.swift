internal import Manifests

/// The past templates of StatefulSets and DaemonSets, which `kubectl rollout history` and `undo` read.
enum ControllerRevisions {
    static let label = "controller-revision-hash"

    static func hash(of template: Value?) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(SHA256.hash((template ?? .null).canonicalBytes()).prefix(10).map { alphabet[Int($0) % alphabet.count] })
    }

    /// Makes the revision of the current template, or moves it to the front when it is an old one again.
    static func ensure(for set: Value, hash: String, in store: ObjectStore) throws(APIError) {
        let name = "\(set.name ?? "")-\(hash)"
        let own = store.list(.controllerRevisions, namespace: set.namespace).items.filter { $0.isControlled(by: set.uid) }
        let latest = own.compactMap { $0["revision"]?.integer }.max() ?? 0
        if let existing = own.first(where: { $0.name == name }) {
            guard existing["revision"]?.integer != latest else { return }
            try store.update(.controllerRevisions, namespace: set.namespace ?? "", name: name) { $0["revision"] = .integer(latest + 1) }
            return
        }
        var template = set["spec", "template"] ?? .object([:])
        template["$patch"] = "replace"
        var labels = set["spec", "template", "metadata", "labels"] ?? .object([:])
        labels[label] = .string(hash)
        try store.create(
            .controllerRevisions,
            [
                "metadata": [
                    "name": .string(name), "namespace": .string(set.namespace ?? ""), "labels": labels,
                    "ownerReferences": [set.asControllerReference],
                ], "data": ["spec": ["template": template]], "revision": .integer(latest + 1),
            ])
        let limit = Int(clamping: set["spec", "revisionHistoryLimit"]?.integer ?? 10)
        let old = own.sorted { ($0["revision"]?.integer ?? 0) < ($1["revision"]?.integer ?? 0) }
        for revision in old.prefix(max(0, old.count - limit)) { try store.remove(.controllerRevisions, revision) }
    }
}
