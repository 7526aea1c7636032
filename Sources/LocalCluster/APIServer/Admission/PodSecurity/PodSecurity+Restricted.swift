internal import Manifests

/// The controls that `restricted` adds: what a hardened Pod has to say.
extension PodSecurity {
    private static let allowedVolumes: Set = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
    ]

    static func privilegeEscalation(_ pod: PodSecurityView) -> Finding? {
        pod.named { $0["securityContext"]?["allowPrivilegeEscalation"]?.bool != false }
            .map { ("allowPrivilegeEscalation != false", "\($0) must set securityContext.allowPrivilegeEscalation=false") }
    }

    static func restrictedCapabilities(_ pod: PodSecurityView) -> Finding? {
        var details: [String] = []
        let undropped = pod.named { container in
            !(container["securityContext"]?["capabilities"]?["drop"]?.array ?? []).contains("ALL")
        }
        if let undropped { details.append("\(undropped) must set securityContext.capabilities.drop=[\"ALL\"]") }
        if let added = added(pod, beyond: ["NET_BIND_SERVICE"]) { details.append(added) }
        return details.isEmpty ? nil : ("unrestricted capabilities", details.joined(separator: "; "))
    }

    static func restrictedVolumes(_ pod: PodSecurityView) -> Finding? {
        var names: [String] = []
        var kinds: Set<String> = []
        for volume in pod.spec["volumes"]?.array ?? [] {
            let bad = (volume.object?.keys ?? []).first { $0 != "name" && !allowedVolumes.contains($0) }
            guard let bad else { continue }
            names.append(volume["name"]?.string ?? "")
            kinds.insert(bad)
        }
        if names.isEmpty { return nil }
        return (
            "restricted volume types",
            "\(PodSecurityView.name("volume", names)) \(names.count == 1 ? "uses" : "use") "
                + "\(PodSecurityView.name("restricted volume type", kinds.sorted()))"
        )
    }

    static func runAsNonRoot(_ pod: PodSecurityView) -> Finding? {
        let reason = "runAsNonRoot != true"
        let whole = pod.context?["runAsNonRoot"]?.bool
        func own(_ container: Value) -> Bool? { container["securityContext"]?["runAsNonRoot"]?.bool }
        var setters: [String] = []
        // What the Pod says does not matter when each container says otherwise.
        if whole == false, pod.containers.contains(where: { own($0) != true }) { setters.append("pod") }
        if let containers = pod.named(where: { own($0) == false }) { setters.append(containers) }
        if !setters.isEmpty { return (reason, "\(setters.joined(separator: " and ")) must not set securityContext.runAsNonRoot=false") }
        guard whole != true, let silent = pod.named(where: { own($0) == nil }) else { return nil }
        return (reason, "pod or \(silent) must set securityContext.runAsNonRoot=true")
    }

    static func runAsUser(_ pod: PodSecurityView) -> Finding? {
        var setters = pod.context?["runAsUser"]?.integer == 0 ? ["pod"] : []
        if let containers = pod.named(where: { $0["securityContext"]?["runAsUser"]?.integer == 0 }) { setters.append(containers) }
        return setters.isEmpty ? nil : ("runAsUser=0", "\(setters.joined(separator: " and ")) must not set runAsUser=0")
    }

    static func seccompRestricted(_ pod: PodSecurityView) -> Finding? {
        if let forbidden = forbiddenSeccomp(pod) { return ("seccompProfile", forbidden) }
        guard pod.context?["seccompProfile"]?["type"] == nil,
            let silent = pod.named(where: { $0["securityContext"]?["seccompProfile"]?["type"] == nil })
        else { return nil }
        return ("seccompProfile", "pod or \(silent) must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"")
    }
}
