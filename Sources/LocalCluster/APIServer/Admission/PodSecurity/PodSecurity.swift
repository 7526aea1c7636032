internal import Manifests

/// The Pod Security Standards as the API server's own admission has them, for the latest version; pure. Each control answers with a reason
/// and a detail in its words, in its order: those of `baseline` first, then those of `restricted`, by the names of the checks.
enum PodSecurity {
    enum Level: String, Sendable { case privileged, baseline, restricted }

    /// What a Pod breaks of a level.
    ///
    /// - Parameters:
    ///   - metadata: of the Pod or of its template.
    ///   - spec: of the Pod.
    /// - Returns: nil when it may be.
    static func violations(metadata: Value?, spec: Value, level: Level) -> String? {
        let pod = PodSecurityView(metadata: metadata, spec: spec)
        let found: [(reason: String, detail: String)?]
        switch level {
        case .privileged: return nil
        case .baseline: found = baseline(pod)
        case .restricted: found = restricted(pod)
        }
        let texts = found.compactMap { $0 }.map { "\($0.reason) (\($0.detail))" }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }

    private static func baseline(_ pod: PodSecurityView) -> [(reason: String, detail: String)?] {
        [
            appArmor(pod), addedCapabilities(pod), hostNamespaces(pod), hostPaths(pod), hostPorts(pod), probeHosts(pod), privileged(pod),
            procMount(pod), seLinux(pod), seccompBaseline(pod), sysctls(pod), hostProcess(pod),
        ]
    }

    /// A control of `restricted` stands for the weaker one of `baseline` that it includes.
    private static func restricted(_ pod: PodSecurityView) -> [(reason: String, detail: String)?] {
        [
            appArmor(pod), hostNamespaces(pod), hostPorts(pod), probeHosts(pod), privileged(pod), procMount(pod), seLinux(pod),
            sysctls(pod), hostProcess(pod), privilegeEscalation(pod), restrictedCapabilities(pod), restrictedVolumes(pod),
            runAsNonRoot(pod), runAsUser(pod), seccompRestricted(pod),
        ]
    }
}

/// One Pod as the controls look at it.
struct PodSecurityView {
    let metadata: Value?
    let spec: Value
    /// Init containers, containers, ephemeral containers.
    let containers: [Value]

    init(metadata: Value?, spec: Value) {
        self.metadata = metadata
        self.spec = spec
        containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { spec[$0]?.array ?? [] }
    }

    var context: Value? { spec["securityContext"] }

    /// `container "a"`, `containers "a", "b"` of those that fit; nil when none does.
    func named(where fits: (Value) -> Bool) -> String? {
        let names = containers.filter(fits).compactMap { $0["name"]?.string }
        return names.isEmpty ? nil : Self.name("container", names)
    }

    static func name(_ what: String, _ names: [String]) -> String {
        "\(what)\(names.count == 1 ? "" : "s") \(quoted(names))"
    }

    static func quoted(_ texts: [String]) -> String { texts.map { "\"\($0)\"" }.joined(separator: ", ") }
}
