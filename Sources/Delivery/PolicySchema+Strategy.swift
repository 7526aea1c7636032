internal import Manifests

extension PolicySchema {
    static var strategy: Value {
        described(
            "A new version proves itself in steps beside the old one. Without it every workload takes over by its own rolling update.",
            [
                "oneOf": [
                    closed("", [("canary", canary)], required: ["canary"]), closed("", [("blueGreen", blueGreen)], required: ["blueGreen"]),
                ]
            ])
    }

    private static var canary: Value {
        let step = closed(
            "",
            [
                ("weight", integer("Percent of the traffic.", PolicyLimits.percent)),
                ("pause", duration("How long its gates must hold before the next step.", RolloutStrategy.standardPause)),
            ], required: ["weight"])
        return closed(
            "A growing share of the traffic.",
            stepped + [
                ("routing", routing),
                ("steps", list("Of growing weight. After the last the whole bundle follows.", step, 1...PolicyLimits.rolloutSteps)),
            ], required: ["deployment", "service", "routing", "steps"])
    }

    private static var blueGreen: Value {
        closed(
            "All of the new version beside the old, looked at without traffic; then all traffic at once.",
            stepped + [
                ("pause", duration("How long the gates must hold, before the switch and after it.", RolloutStrategy.standardPause))
            ], required: ["deployment", "service"])
    }

    private static var routing: Value {
        described(
            "What shares the traffic out: the Service by the number of Pods, an Ingress of ingress-nginx, or an HTTPRoute.",
            [
                "oneOf": [
                    ["const": "replicas"],
                    closed("", [("ingress", label("An Ingress of the bundle."))], required: ["ingress"]),
                    closed("", [("httpRoute", label("An HTTPRoute of the bundle."))], required: ["httpRoute"]),
                ]
            ])
    }

    private static var stepped: [(String, Value)] {
        let name = "^[a-z0-9]([-a-z0-9]{0,\(PolicyLimits.steppedNameBytes - 2)}[a-z0-9])?$"
        return [
            ("deployment", pattern("The Deployment whose new version is tried first.", name)),
            ("service", pattern("The Service in front of it.", name)),
        ]
    }
}
