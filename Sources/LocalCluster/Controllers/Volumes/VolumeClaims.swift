package import Manifests

/// What claims, their volumes and their Pods have to do with each other; pure.
package enum VolumeClaims {
    /// The claims that a Pod mounts.
    package static func names(usedBy pod: Value) -> [String] {
        (pod["spec", "volumes"]?.array ?? []).compactMap { $0["persistentVolumeClaim"]?["claimName"]?.string }
    }

    package static func volumeName(_ claim: Value) -> String { "pvc-\(claim.uid ?? "")" }

    package static func volume(named name: String, for claim: Value) -> Value {
        .mapping(
            (
                "metadata",
                .mapping(("name", .string(name)), ("annotations", ["pv.kubernetes.io/provisioned-by": "slipway.dev/local-directory"]))
            ),
            (
                "spec",
                .mapping(
                    ("capacity", .mapping(("storage", claim["spec", "resources", "requests", "storage"]))),
                    ("accessModes", claim["spec", "accessModes"]), ("claimRef", reference(to: claim)),
                    ("persistentVolumeReclaimPolicy", "Delete"), ("storageClassName", claim["spec", "storageClassName"]),
                    ("volumeMode", claim["spec", "volumeMode"]))
            ))
    }

    private static func reference(to claim: Value) -> Value {
        .mapping(
            ("kind", "PersistentVolumeClaim"), ("namespace", claim.namespace.map(Value.string)), ("name", claim.name.map(Value.string)),
            ("uid", claim.uid.map(Value.string)), ("apiVersion", "v1"), ("resourceVersion", claim.resourceVersion.map(Value.string)))
    }

    package static func boundStatus(_ claim: Value, _ volume: Value) -> Value {
        .mapping(
            ("phase", "Bound"), ("accessModes", volume["spec", "accessModes"]), ("capacity", volume["spec", "capacity"]))
    }

    /// The claims that a Pod of a StatefulSet is to have, by the set's templates. They have no owner: they stay when the set is deleted.
    package static func claims(of set: Value, podName: String) -> [Value] {
        (set["spec", "volumeClaimTemplates"]?.array ?? []).compactMap { template in
            guard let name = template.name else { return nil }
            var labels = template["metadata"]?["labels"] ?? .object([:])
            for (key, value) in set["spec", "selector", "matchLabels"]?.object ?? [:] { labels[key] = value }
            return .mapping(
                (
                    "metadata",
                    .mapping(
                        ("name", .string("\(name)-\(podName)")), ("namespace", set.namespace.map(Value.string)), ("labels", labels),
                        ("annotations", template["metadata"]?["annotations"]))
                ), ("spec", template["spec"]))
        }
    }
}
