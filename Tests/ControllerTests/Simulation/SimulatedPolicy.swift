import Manifests

/// The `environment.yaml` of a simulated Environment.
struct SimulatedPolicy {
    enum Strategy {
        case canary, blueGreen
    }

    var name: String
    var promotion: Value = [:]
    var isAutomatic = true
    var watch = "0s"
    var strategy: Strategy?

    init(_ name: String) { self.name = name }

    var document: Value {
        var rollout: Value = ["deadline": "60s"]
        switch strategy {
        case .canary:
            rollout["strategy"] = [
                "canary": [
                    "deployment": "web", "service": "web", "routing": "replicas",
                    "steps": [["weight": 25, "pause": "5s"], ["weight": 50, "pause": "5s"]],
                ]
            ]
        case .blueGreen: rollout["strategy"] = ["blueGreen": ["deployment": "web", "service": "web", "pause": "5s"]]
        case nil: break
        }
        return [
            "apiVersion": "slipway.dev/v1", "kind": "Environment", "metadata": ["name": .string(name)],
            "spec": [
                "target": ["namespace": .string(name)], "promotion": promotion, "rollout": rollout, "verification": ["deadline": "60s"],
                "rollback": ["automatic": .bool(isAutomatic), "watch": .string(watch)],
            ],
        ]
    }
}
