internal import Manifests

/// Traffic that is shared out in front of the Services.
extension RolloutParts {
    /// A copy for the new version's share, as ingress-nginx reads it: with the same hosts and paths, and a weight.
    ///
    /// - Returns: `nil` when the old Bundle has no such Ingress.
    func ingress(_ name: String, weight: Int) throws(RolloutStepFault) -> Value? {
        guard let main = search.find("networking.k8s.io", "Ingress", name, in: old) else { return nil }
        var rules: [Value] = []
        for var rule in main["spec", "rules"]?.array ?? [] {
            let paths = (rule["http", "paths"]?.array ?? []).filter { $0["backend", "service", "name"]?.string == strategy.service }
            guard !paths.isEmpty else { continue }
            let led = paths.map { path in
                var path = path
                path["backend", "service", "name"] = .string(strategy.service + RolloutStep.suffix)
                return path
            }
            rule["http", "paths"] = .array(led)
            rules.append(rule)
        }
        guard !rules.isEmpty else {
            throw RolloutStepFault(
                object: Self.identity(of: main, in: namespace), reason: "has no path that leads to Service \(strategy.service)")
        }
        var canary = Self.marked(main)
        // Those of others, which issue certificates or records for instance, would act twice.
        var annotations = Object((main.annotations ?? Object()).filter { $0.key.hasPrefix(Self.nginx) }.map { ($0.key, $0.value) })
        annotations[Self.nginx + "canary"] = "true"
        annotations[Self.nginx + "canary-weight"] = .string(String(weight))
        canary["metadata", "annotations"] = .object(annotations)
        canary["spec", "rules"] = .array(rules)
        canary["spec", "tls"] = nil
        canary["spec", "defaultBackend"] = nil
        return canary
    }

    private static let nginx = "nginx.ingress.kubernetes.io/"

    /// The route itself, with a second backend beside each that is our Service. Other backends keep their share.
    ///
    /// - Returns: `nil` when the old Bundle has no such HTTPRoute.
    func route(_ name: String, weight: Int) throws(RolloutStepFault) -> Value? {
        guard var route = search.find("gateway.networking.k8s.io", "HTTPRoute", name, in: old) else { return nil }
        var isShared = false
        let rules = (route["spec", "rules"]?.array ?? []).map { rule in
            var rule = rule
            let backends = rule["backendRefs"]?.array ?? []
            guard backends.contains(where: isOurs) else { return rule }
            isShared = true
            rule["backendRefs"] = .array(backends.flatMap { shared($0, weight: weight) })
            return rule
        }
        guard isShared else {
            throw RolloutStepFault(
                object: Self.identity(of: route, in: namespace), reason: "has no backend that is Service \(strategy.service)")
        }
        route["spec", "rules"] = .array(rules)
        return route
    }

    private func isOurs(_ backend: Value) -> Bool {
        backend["name"]?.string == strategy.service && backend["kind"]?.string ?? "Service" == "Service"
            && (backend["group"]?.string ?? "").isEmpty && backend["namespace"]?.string ?? namespace == namespace
    }

    private func shared(_ backend: Value, weight: Int) -> [Value] {
        // The most that the Gateway API takes is 1,000,000.
        let own = min(max(backend["weight"]?.integer ?? 1, 0), 10_000)
        var stays = backend
        guard isOurs(backend) else {
            stays["weight"] = .integer(own * 100)
            return [stays]
        }
        var goes = backend
        stays["weight"] = .integer(own * Int64(100 - weight))
        goes["name"] = .string(strategy.service + RolloutStep.suffix)
        goes["weight"] = .integer(own * Int64(weight))
        return [stays, goes]
    }
}
