internal import Manifests

/// `rollout.strategy`: a mapping with one key, `canary` or `blueGreen`.
extension RolloutStrategy {
    init?(reader: StrictReader) {
        let canary = reader.object("canary", Self.canary)
        let blueGreen = reader.object("blueGreen", Self.blueGreen)
        switch (reader.has("canary"), reader.has("blueGreen")) {
        case (true, true): reader.reject("blueGreen", "stands beside canary; a rollout takes one of them")
        case (false, false): reader.reject(nil, "must have canary or blueGreen", code: .missingKey)
        case (true, false), (false, true): break
        }
        guard let strategy = canary ?? blueGreen else { return nil }
        self = strategy
    }

    private static func canary(_ reader: StrictReader) -> RolloutStrategy? {
        let deployment = reader.require("deployment", reader.steppedName("deployment"))
        let service = reader.require("service", reader.steppedName("service"))
        let routing = reader.require("routing", reader.routing("routing"))
        let steps = reader.objects("steps", Step.init(reader:))
        if !reader.has("steps") { _ = reader.require("steps", steps.first) }
        if reader.has("steps"), steps.isEmpty { reader.reject("steps", "must have at least one step, such as {weight: 10, pause: 2m}") }
        if steps.count > PolicyLimits.rolloutSteps {
            reader.reject("steps", "has \(steps.count) steps; at most \(PolicyLimits.rolloutSteps) are allowed")
        }
        for (before, after) in zip(steps, steps.dropFirst()) where after.weight < before.weight {
            reader.reject("steps", "takes traffic back: weight \(after.weight) is lower than the step before, \(before.weight)")
        }
        if routing == .replicas, steps.contains(where: { $0.weight == 0 }) {
            reader.reject("steps", "a rollout by replicas takes no weight 0: every ready Pod of the Service has its share of the traffic")
        }
        guard let deployment, let service, let routing else { return nil }
        return RolloutStrategy(kind: .canary, deployment: deployment, service: service, routing: routing, steps: steps)
    }

    /// First everything beside the old version without traffic, then all traffic.
    private static func blueGreen(_ reader: StrictReader) -> RolloutStrategy? {
        let deployment = reader.require("deployment", reader.steppedName("deployment"))
        let service = reader.require("service", reader.steppedName("service"))
        let pause = reader.duration("pause", in: PolicyLimits.stepPause, default: standardPause)
        guard let deployment, let service else { return nil }
        return RolloutStrategy(
            kind: .blueGreen, deployment: deployment, service: service, routing: .replicas,
            steps: [Step(weight: 0, pause: pause), Step(weight: 100, pause: pause)])
    }

    static let standardPause = Duration.seconds(60)
}

extension RolloutStrategy.Step {
    fileprivate init?(reader: StrictReader) {
        let weight = reader.requiredInteger("weight", in: PolicyLimits.percent)
        let pause = reader.duration("pause", in: PolicyLimits.stepPause, default: RolloutStrategy.standardPause)
        guard let weight else { return nil }
        self.init(weight: weight, pause: pause)
    }
}

extension StrictReader {
    /// A DNS label that is still one with `-canary` behind it.
    fileprivate func steppedName(_ key: String) -> String? {
        guard let name = label(key) else { return nil }
        if name.utf8.count <= PolicyLimits.steppedNameBytes { return name }
        reject(key, "must have at most \(PolicyLimits.steppedNameBytes) characters, so that \"\(RolloutStep.suffix)\" can stand behind it")
        return nil
    }

    /// `replicas`, `{ingress: NAME}` or `{httpRoute: NAME}`.
    fileprivate func routing(_ key: String) -> RolloutStrategy.Routing? {
        guard let value = raw(key) else { return nil }
        if value.object != nil {
            return object(key) { reader in
                let ingress = reader.label("ingress").map(RolloutStrategy.Routing.ingress)
                let route = reader.label("httpRoute").map(RolloutStrategy.Routing.httpRoute)
                switch (reader.has("ingress"), reader.has("httpRoute")) {
                case (true, true): reader.reject("httpRoute", "stands beside ingress; one of them shares the traffic out")
                case (false, false): reader.reject(nil, "must have ingress or httpRoute", code: .missingKey)
                case (true, false), (false, true): break
                }
                return ingress ?? route
            }
        }
        if value.string == "replicas" { return .replicas }
        let near = NearestName.suggestion(for: value.string ?? "", among: ["replicas"]).map { "; did you mean \"\($0)\"?" } ?? ""
        reject(key, "must be replicas, {ingress: NAME} or {httpRoute: NAME}\(near)")
        return nil
    }
}
