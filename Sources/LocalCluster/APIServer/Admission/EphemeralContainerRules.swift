internal import Manifests

/// Containers that are added to a Pod that runs, as `kubectl debug` does (KEP-277). They have a path of their own and stay as they are.
enum EphemeralContainerRules {
    /// Leaves of an edited Pod only what its `ephemeralcontainers` path may change.
    static func restrict(_ new: inout Value, over old: Value) {
        let added = new["spec"]?["ephemeralContainers"]
        let managed = new["metadata"]?["managedFields"]
        new = old
        new["spec", "ephemeralContainers"] = added
        new["metadata", "managedFields"] = managed
    }

    static func check(_ new: Value, from old: Value, _ target: WriteOptions.Target, _ errors: inout FieldErrors) {
        let before = old["spec"]?["ephemeralContainers"]?.array ?? []
        let after = new["spec"]?["ephemeralContainers"]?.array ?? []
        guard before != after else { return }
        let path = "spec.ephemeralContainers"
        guard target == .ephemeralContainers else {
            return errors.forbidden(path, "may only be changed through the ephemeralcontainers subresource")
        }
        for container in before {
            guard let same = after.first(where: { $0["name"] == container["name"] }) else {
                errors.forbidden(path, "existing ephemeral containers \(JSON.string(container["name"] ?? "")) may not be removed")
                continue
            }
            if same != container {
                errors.forbidden(path, "existing ephemeral containers \(JSON.string(container["name"] ?? "")) may not be changed")
            }
        }
        if after.count > APIServerLimits.ephemeralContainers {
            errors.forbidden(path, "a Pod of this cluster holds at most \(APIServerLimits.ephemeralContainers) ephemeral containers")
        }
        var names = Set((new.containers + new.initContainers).compactMap { $0["name"]?.string })
        for (index, container) in after.enumerated() {
            let name = container["name"]?.string ?? ""
            if let complaint = NameRules.dnsLabel(name) { errors.invalid("\(path)[\(index)].name", .string(name), complaint) }
            if !names.insert(name).inserted { errors.duplicate("\(path)[\(index)].name", .string(name)) }
            if (container["image"]?.string ?? "").isEmpty { errors.required("\(path)[\(index)].image") }
            if let target = container["targetContainerName"]?.string, !target.isEmpty,
                !new.containers.contains(where: { $0["name"]?.string == target })
            {
                errors.notFound("\(path)[\(index)].targetContainerName", .string(target))
            }
        }
    }
}
