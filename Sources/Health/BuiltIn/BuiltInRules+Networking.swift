internal import Manifests

/// Gateway API, Istio, Contour, Gloo, Knative and the like.
extension BuiltInRules {
    private static let parents = ".status.parents[*].conditions"
    private static let ancestors = ".status.ancestors[*].conditions"
    private static let listeners = ".status.listeners[*].conditions"
    private static let undecided = ["Pending", "Waiting"]

    static let networking: [HealthRule] = [
        HealthRule(
            ["gateway.networking.k8s.io"], ["GatewayClass"], failed: [.is("Accepted", "False", except: undecided)],
            current: [.is("Accepted")]),
        HealthRule(
            ["gateway.networking.k8s.io"], ["Gateway", "ListenerSet"],
            failed: [
                .is("Accepted", "False", except: undecided), .is("ResolvedRefs", "False", except: undecided),
                .is("Programmed", "False", reasons: ["Invalid", "NoResources", "AddressNotUsable"]),
                .is("Accepted", "False", except: undecided, at: listeners), .is("ResolvedRefs", "False", except: undecided, at: listeners),
                .is("Conflicted", at: listeners), .is("Programmed", "False", reasons: ["Invalid"], at: listeners),
            ],
            inProgress: [
                .is("Programmed", "False", "Unknown"), .is("Accepted", "Unknown"), .is("Programmed", "False", "Unknown", at: listeners),
            ],
            current: [.is("Programmed"), .is("Ready")]),
        route(["gateway.networking.k8s.io"], ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"], at: parents),
        route(["gateway.networking.k8s.io"], ["BackendTLSPolicy", "BackendLBPolicy", "XBackendTrafficPolicy"], at: ancestors),
        // Policies on Gateways; an ancestor whose controller judged it by no Accepted has not taken it.
        HealthRule(
            ["microgateway.airlock.com"], ["*"],
            failed: [.is("Accepted", "False", except: undecided, at: ancestors), .is("Accepted", "Absent", at: ancestors)],
            inProgress: [.is("Accepted", "Unknown", at: ancestors)], current: [.is("Accepted", at: ancestors), .missing(ancestors)]),
        HealthRule(
            ["install.istio.io"], ["IstioOperator"], failed: [.at(".status.status", ["ERROR", "ACTION_REQUIRED"])],
            current: [.at(".status.status", "HEALTHY")], message: ".status.message"),
        // Most have no status at all; Istio writes one when asked to (istiod's status analysis).
        HealthRule(
            ["*.istio.io"], ["*"],
            failed: [.at(".status.validationMessages[*].level", ["ERROR", "Error"])], inProgress: [.is("Reconciled", "False")],
            otherwise: .current, message: ".status.validationMessages[*].documentationUrl"),
        HealthRule(
            ["projectcontour.io"], ["ExtensionService"], failed: [.is("Valid", "False")], current: [.is("Valid")]),
        // One that includes others is invalid until they are there, and they come with the same apply.
        HealthRule(
            ["projectcontour.io"], ["HTTPProxy"],
            failed: [.all([.at(".status.currentStatus", ["invalid", "orphaned"]), .missing(".spec.includes")])],
            current: [.at(".status.currentStatus", "valid")], message: ".status.description"),
        // Numbers are those of the older status: 0 pending, 1 accepted, 2 rejected, 3 warning. A warning means that it is served in part.
        HealthRule(
            ["gateway.solo.io", "gloo.solo.io", "enterprise.gloo.solo.io"], ["*"],
            failed: gloo(["Rejected", "Warning"], [2, 3]), inProgress: gloo(["Pending"], [0]), current: gloo(["Accepted"], [1]),
            message: ".status.reason", ".status.statuses[*].reason"),
        .ready(["serving.knative.dev"], ["Service", "Route", "Configuration", "Revision", "DomainMapping"]),
        .ready(
            ["eventing.knative.dev", "messaging.knative.dev", "sources.knative.dev", "flows.knative.dev"], ["*"],
            waiting: ["Uninitialized", "NotReconciled"]),
        HealthRule(
            ["operator.knative.dev"], ["KnativeServing", "KnativeEventing"],
            failed: [.is("InstallSucceeded", "False"), .is("DependenciesInstalled", "False")], current: [.is("Ready")]),
        HealthRule(
            ["serving.kserve.io"], ["InferenceService"], suspended: [.is("Stopped")],
            failed: [
                .at(".status.modelStatus.transitionStatus", ["BlockedByFailedLoad", "InvalidSpec"]),
                .is("*", "False", reasons: ["RevisionFailed"]),
            ],
            current: [.is("Ready")]),
        .phase(
            ["getambassador.io"], ["Host"], at: ".status.state", failed: ["Error"], current: ["Ready"], message: ".status.errorReason"),
        HealthRule(
            ["proclaim.dogmatiq.io"], ["DNSSDServiceInstance"],
            failed: [.is("Advertised", "False", reasons: ["AdvertiseError", "UnadvertiseError"])], current: [.is("Discoverable")]),
        HealthRule(
            ["nmstate.io"], ["NodeNetworkConfigurationPolicy"], failed: [.is("Degraded")], inProgress: [.is("Progressing")],
            current: [.is("Available"), .is("Ignored")]),
    ]

    private static func gloo(_ words: [String], _ numbers: [Int64]) -> [HealthTest] {
        [".status.state", ".status.statuses[*].state"].map { path in
            .at(path, .equals(words.map { .string($0) } + numbers.map { .integer($0) }))
        }
    }

    private static func route(_ groups: [String], _ kinds: [String], at place: String) -> HealthRule {
        HealthRule(
            groups, kinds,
            failed: [.is("Accepted", "False", except: undecided, at: place), .is("ResolvedRefs", "False", except: undecided, at: place)],
            inProgress: [
                .is("Accepted", "False", "Unknown", at: place), .is("ResolvedRefs", "Unknown", at: place),
                .is("Programmed", "False", "Unknown", at: place),
            ],
            current: [.is("Accepted", at: place)])
    }
}
