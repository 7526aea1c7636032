internal import Manifests

/// What two Bundles have of a stepped Deployment, and what is made of it for the new version.
struct RolloutParts {
    let old: [Value]
    let strategy: RolloutStrategy
    let namespace: String
    private let newDeployment: Value
    let newService: Value
    let oldService: Value
    /// ConfigMaps and Secrets of the Pods that the new Bundle has otherwise: copies, so that configuration is tried, and taken back, with
    /// the code.
    let configuration: [Value]
    /// What the Pods need beside those and the old Bundle does not have.
    let newcomers: [Value]
    /// Whether the new Bundle starts other Pods.
    let isChanged: Bool

    /// - Returns: `nil` when the old Bundle has nothing to share the traffic with.
    init?(old: [Value], new: [Value], strategy: RolloutStrategy, namespace: String) throws(RolloutStepFault) {
        let search = Search(namespace: namespace)
        newDeployment = try search.require("apps", "Deployment", strategy.deployment, in: new)
        newService = try search.require("", "Service", strategy.service, in: new)
        switch strategy.routing {
        case .replicas: break
        case .ingress(let name): _ = try search.require("networking.k8s.io", "Ingress", name, in: new)
        case .httpRoute(let name): _ = try search.require("gateway.networking.k8s.io", "HTTPRoute", name, in: new)
        }
        try Self.check(newService, selects: newDeployment, in: namespace)
        guard let oldDeployment = search.find("apps", "Deployment", strategy.deployment, in: old),
            let oldService = search.find("", "Service", strategy.service, in: old)
        else { return nil }
        try Self.check(oldService, selects: oldDeployment, in: namespace)
        self.old = old
        self.strategy = strategy
        self.namespace = namespace
        self.oldService = oldService
        var wanted: Set<[String]> = []
        let podSpec = newDeployment["spec", "template", "spec"] ?? .null
        _ = PodReferences.renaming(podSpec) { kind, name in
            wanted.insert([kind, name])
            return name
        }
        let changed = new.filter { object in
            guard let kind = object.kind, let name = object.name, object.group == "", wanted.contains([kind, name]) else { return false }
            return search.find("", kind, name, in: old) != object && search.isHere(object)
        }
        configuration = changed.map(Self.copy)
        var others = (podSpec["volumes"]?.array ?? []).compactMap { $0["persistentVolumeClaim", "claimName"]?.string }.map {
            ("PersistentVolumeClaim", $0)
        }
        if let account = podSpec["serviceAccountName"]?.string { others.append(("ServiceAccount", account)) }
        newcomers = others.compactMap { kind, name in
            search.find("", kind, name, in: old) == nil ? search.find("", kind, name, in: new) : nil
        }
        isChanged = !changed.isEmpty || oldDeployment["spec", "template"] != newDeployment["spec", "template"]
    }

    static func identity(of object: Value, in namespace: String) -> ObjectIdentity {
        let own = object.namespace ?? ""
        return ObjectIdentity(
            group: object.group ?? "", kind: object.kind ?? "", namespace: own.isEmpty ? namespace : own, name: object.name ?? "")
    }

    /// A Service without the right Pods would send the traffic nowhere, and one that does not select by labels cannot be shared.
    private static func check(_ service: Value, selects deployment: Value, in namespace: String) throws(RolloutStepFault) {
        let id = identity(of: service, in: namespace)
        guard let selector = service["spec", "selector"]?.object, !selector.isEmpty else {
            throw RolloutStepFault(object: id, reason: "has no selector, so that its traffic cannot be shared out")
        }
        let labels = deployment["spec", "template", "metadata", "labels"]?.object ?? Object()
        let workload = identity(of: deployment, in: namespace)
        if let wrong = selector.first(where: { labels[$0.key] != $0.value }) {
            throw RolloutStepFault(
                object: id,
                reason:
                    "selects \(wrong.key)=\(wrong.value.string ?? ""), which the Pods of \(workload) do not carry; name the Service in front of it"
            )
        }
        if labels[RolloutStep.trackLabel] != nil {
            throw RolloutStepFault(
                object: workload, reason: "has the label \(RolloutStep.trackLabel) on its Pods, which the steps need for themselves")
        }
    }

    // MARK: What is made

    private static func copy(_ object: Value) -> Value {
        var copy = marked(object)
        copy["immutable"] = nil
        return copy
    }

    /// Named and labelled as the canary's. It belongs to no wave: the whole Bundle comes later.
    static func marked(_ object: Value) -> Value {
        var copy = object
        copy["metadata", "name"] = .string((object.name ?? "") + RolloutStep.suffix)
        copy["metadata", "labels", RolloutStep.trackLabel] = .string(RolloutStep.canary)
        for key in ["slipway.dev/wave", "slipway.dev/depends-on", "slipway.dev/prune"] { copy["metadata", "annotations", key] = nil }
        return copy
    }

    func deployment(replicas: Int, beside hash: String) -> Value {
        let copied = Set(configuration.compactMap { object in object.kind.map { [$0, object.name ?? ""] } })
        var canary = Self.marked(newDeployment)
        canary["metadata", "annotations", RolloutStep.besideAnnotation] = .string(hash)
        canary["metadata", "annotations", RolloutStep.serviceAnnotation] = .string(strategy.service)
        canary["spec", "replicas"] = .integer(Int64(replicas))
        canary["spec", "paused"] = nil
        canary["spec", "selector", "matchLabels", RolloutStep.trackLabel] = .string(RolloutStep.canary)
        canary["spec", "template", "metadata", "labels", RolloutStep.trackLabel] = .string(RolloutStep.canary)
        canary["spec", "template", "spec"] = PodReferences.renaming(newDeployment["spec", "template", "spec"] ?? .null) { kind, name in
            copied.contains([kind, name + RolloutStep.suffix]) ? name + RolloutStep.suffix : name
        }
        return canary
    }

    /// Leads to the new version alone: for tests, and for an Ingress or a route.
    var previewService: Value {
        var preview = Self.marked(newService)
        preview["metadata", "annotations"] = nil
        let kept = Object(
            (newService["spec"]?.object ?? Object()).filter { ["ports", "selector", "ipFamilies", "ipFamilyPolicy"].contains($0.key) }
                .map { ($0.key, $0.value) })
        preview["spec"] = .object(kept)
        let ports = (kept["ports"]?.array ?? []).map { port in
            var port = port
            port["nodePort"] = nil
            return port
        }
        preview["spec", "ports"] = .array(ports)
        preview["spec", "selector", RolloutStep.trackLabel] = .string(RolloutStep.canary)
        return preview
    }

    var search: Search { Search(namespace: namespace) }

    /// Finds objects of the Environment's namespace.
    struct Search {
        let namespace: String

        func isHere(_ object: Value) -> Bool { object.namespace.map { $0.isEmpty || $0 == namespace } ?? true }

        func find(_ group: String, _ kind: String, _ name: String, in objects: [Value]) -> Value? {
            objects.first { $0.kind == kind && $0.name == name && $0.group == group && isHere($0) }
        }

        func require(_ group: String, _ kind: String, _ name: String, in objects: [Value]) throws(RolloutStepFault) -> Value {
            if let found = find(group, kind, name, in: objects) { return found }
            let known = objects.filter { $0.kind == kind && $0.group == group && isHere($0) }.compactMap(\.name)
            let near = NearestName.suggestion(for: name, among: known).map { "; did you mean \($0)?" }
            let words =
                near ?? (known.isEmpty ? "; it has no \(kind) at all" : "; it has \(known.sorted().prefix(5).joined(separator: ", "))")
            throw RolloutStepFault(
                object: ObjectIdentity(group: group, kind: kind, namespace: namespace, name: name), reason: "is not in the bundle\(words)")
        }
    }
}
