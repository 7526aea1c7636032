internal import Health
package import Manifests

/// What an object says apart from what the server and its controllers write by themselves. Two equal ones are, but for a chance of one in
/// 2^64, the same content. Good within one process only.
package struct ContentFingerprint: Sendable, Hashable {
    private let value: Int

    package init(_ object: Value) {
        var hasher = Hasher()
        var content = PlanDiff.normalized(object)
        // The deployment controller counts its revisions here after every change of ours.
        for (key, _) in object.annotations ?? Object() where key.hasPrefix("deployment.kubernetes.io/") {
            content.set(["metadata", "annotations", key], to: nil)
        }
        if content["metadata"]?["annotations"]?.object?.isEmpty == true { content.set(["metadata", "annotations"], to: nil) }
        hasher.combine(content)
        value = hasher.finalize()
    }
}

/// One object as a cache keeps it: all that health is judged by, and of the rest only whether it changed.
package struct WatchedObject: Sendable {
    /// Without the data of ConfigMaps and Secrets, of managedFields only when they were written, without the copy that `kubectl apply` leaves in an
    /// annotation, and with a number in the place of a workload's template.
    package let object: Value
    package let fingerprint: ContentFingerprint

    package init(_ object: Value) {
        var parts = SharedParts()
        self.init(object, sharing: &parts)
    }

    /// - Parameter parts: of the objects that it is kept with.
    init(_ object: Value, sharing parts: inout SharedParts) {
        fingerprint = ContentFingerprint(object)
        var kept = object
        kept.set(["metadata", "managedFields"], to: Self.timesOfWriting(object))
        kept.set(["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"], to: nil)
        if object.group == "", object.kind == "ConfigMap" || object.kind == "Secret" {
            for field in ["data", "binaryData", "stringData"] { kept[field] = nil }
        }
        if object.group == "apps", let template = object["spec"]?["template"] {
            kept.set(["spec", "template"], to: .integer(Self.number(for: template)))
        }
        self.object = parts.shared(kept)
    }

    /// Equal for two templates when health takes them for the same, but for a chance of one in 2^64. Good within one process only.
    private static func number(for template: Value) -> Int64 {
        var hasher = Hasher()
        hasher.combine(PodTemplate.content(of: template))
        return Int64(hasher.finalize())
    }

    /// For custom kinds with a status: health compares when that and the rest were written last. Other kinds tell their generation.
    private static func timesOfWriting(_ object: Value) -> Value? {
        guard !ObjectHealth.builtInGroups.contains(object.group ?? ""), object["status"]?.object?.isEmpty == false,
            let entries = object["metadata"]?["managedFields"]?.array
        else { return nil }
        return .array(
            entries.map { entry in
                var kept: Value = [:]
                for field in ["subresource", "time"] { kept[field] = entry[field] }
                return kept
            })
    }
}
