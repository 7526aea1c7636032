internal import Manifests

/// Defaults of a Pod's specification.
enum PodDefaults {
    static func fillTemplate(_ object: inout Value, _ path: [String]) {
        guard object.at(path) != nil else { return }
        fillSpec(&object, path + ["spec"])
    }

    static func fillSpec(_ object: inout Value, _ path: [String]) {
        guard var spec = object.at(path), spec.object != nil else { return }
        spec.fillIn(["securityContext"], [:])
        // The older name of the field is kept in step.
        if let account = spec["serviceAccountName"], account != "" {
            spec["serviceAccount"] = account
        } else if let account = spec["serviceAccount"], account != "" {
            spec["serviceAccountName"] = account
        }
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec.editItems([list]) { container in
                container.fillIn(["resources"], [:])
                container.fillIn(["imagePullPolicy"], .string(pullPolicy(container["image"]?.string ?? "")))
            }
        }
        object.set(path, to: spec)
    }

    /// An image without a tag, or tagged `latest`, is pulled each time.
    static func pullPolicy(_ image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let last = image.split(separator: "/").last ?? ""
        guard let colon = last.lastIndex(of: ":") else { return "Always" }
        return last[last.index(after: colon)...] == "latest" ? "Always" : "IfNotPresent"
    }

    /// `Guaranteed` when every container has equal requests and limits for CPU and memory, `BestEffort` when none has any.
    static func qualityOfService(_ pod: Value) -> String {
        let containers = (pod["spec"]?["containers"]?.array ?? []) + (pod["spec"]?["initContainers"]?.array ?? [])
        var guaranteed = true
        var some = false
        for container in containers {
            for resource in ["cpu", "memory"] {
                let limit = container["resources"]?["limits"]?[resource]?.string.flatMap(ResourceQuantity.init)
                let request = container["resources"]?["requests"]?[resource]?.string.flatMap(ResourceQuantity.init) ?? limit
                if limit != nil || request != nil { some = true }
                if limit == nil || request != limit { guaranteed = false }
            }
        }
        if !some { return "BestEffort" }
        return guaranteed ? "Guaranteed" : "Burstable"
    }
}
