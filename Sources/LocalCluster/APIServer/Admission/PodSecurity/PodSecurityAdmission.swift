internal import Manifests

/// Pod Security admission by the labels of the namespace: `enforce` refuses Pods, `warn` tells who writes them or what makes them.
enum PodSecurityAdmission {
    private static let prefix = "pod-security.kubernetes.io/"

    /// Why a Pod may not be in its namespace; nil when it may.
    static func refusal(_ pod: Value, namespace: Value?) -> String? {
        guard let found = violation(metadata: pod["metadata"], spec: pod["spec"], namespace, mode: "enforce") else { return nil }
        return "violates PodSecurity \(found)"
    }

    /// What is told about a Pod, or about a workload whose Pods would break the rules: a workload itself is never refused.
    static func warnings(_ object: Value, _ type: ResourceType, namespace: Value?) -> [String] {
        let found: String?
        switch type {
        case .pods:
            found = violation(metadata: object["metadata"], spec: object["spec"], namespace, mode: "warn")
        case .deployments, .replicaSets, .statefulSets, .daemonSets, .jobs:
            let template = object["spec"]?["template"]
            found = violation(metadata: template?["metadata"], spec: template?["spec"], namespace, mode: "warn")
        case .cronJobs:
            let template = object.at(["spec", "jobTemplate", "spec", "template"])
            found = violation(metadata: template?["metadata"], spec: template?["spec"], namespace, mode: "warn")
        default:
            found = nil
        }
        return found.map { ["would violate PodSecurity \($0)"] } ?? []
    }

    private static func violation(metadata: Value?, spec: Value?, _ namespace: Value?, mode: String) -> String? {
        let labels = namespace?["metadata"]?["labels"]
        guard let spec, let text = labels?[prefix + mode]?.string else { return nil }
        // A level that does not exist is taken for the strictest, as by the API server.
        let level = PodSecurity.Level(rawValue: text) ?? .restricted
        let version = labels?["\(prefix)\(mode)-version"]?.string ?? "latest"
        return PodSecurity.violations(metadata: metadata, spec: spec, level: level).map { "\"\(level.rawValue):\(version)\": \($0)" }
    }
}
