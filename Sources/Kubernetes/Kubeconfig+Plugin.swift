internal import HTTPTransport
internal import Manifests

extension Kubeconfig {
    private static let pluginGroup = "client.authentication.k8s.io"

    /// The `exec` of a user. Strict where `kubectl` is, so that a kubeconfig that works there works here.
    func plugin(
        _ exec: Value, user: Entry, cluster: Entry, access: ClusterAccess, place: String
    ) throws(KubernetesError) -> CredentialPlugin {
        guard exec.object != nil else { throw Self.problem("\(place): exec is \(exec.typeName), a mapping is expected") }
        guard let command = exec["command"]?.string, !command.isEmpty else { throw Self.problem("\(place): exec.command is missing") }
        let known = ["\(Self.pluginGroup)/v1", "\(Self.pluginGroup)/v1beta1"]
        guard let version = exec["apiVersion"]?.string, known.contains(version) else {
            let found = exec["apiVersion"]?.string.map { "is \"\($0)\"" } ?? "is missing"
            throw Self.problem(
                "\(place): exec.apiVersion \(found); \(known.joined(separator: " and ")) are known (v1alpha1 was removed from Kubernetes 1.24: update the plugin, and write its kubeconfig anew)"
            )
        }
        try checkMode(exec["interactiveMode"], isRequired: version.hasSuffix("/v1"), place: place)
        var plugin = CredentialPlugin(
            command: command, arguments: try texts(exec, "args", place: place), environment: try variables(exec, place: place),
            apiVersion: version, installHint: exec["installHint"]?.string ?? "", cluster: nil, place: place)
        // A path is relative to the kubeconfig; a bare name is looked for in PATH.
        if command.contains("/") { plugin.command = Self.resolved(command, relativeTo: user.file) }
        if exec["provideClusterInfo"]?.bool == true { plugin.cluster = clusterInfo(cluster, access) }
        return plugin
    }

    private func checkMode(_ mode: Value?, isRequired: Bool, place: String) throws(KubernetesError) {
        guard let mode = mode?.string, !mode.isEmpty else {
            if isRequired { throw Self.problem("\(place): exec.interactiveMode is missing; v1 asks for it: Never or IfAvailable") }
            return
        }
        switch mode {
        case "Never", "IfAvailable": return
        case "Always":
            throw Self.problem(
                "\(place): exec.interactiveMode is Always: the plugin asks a person, and nobody is there to answer; use a plugin that works without, or a service account's token"
            )
        default: throw Self.problem("\(place): exec.interactiveMode is \"\(mode)\"; Never, IfAvailable and Always are known")
        }
    }

    private func variables(_ exec: Value, place: String) throws(KubernetesError) -> [CredentialPlugin.Variable] {
        guard let list = exec["env"], !list.isNull else { return [] }
        guard let entries = list.array else { throw Self.problem("\(place): exec.env is \(list.typeName), a list is expected") }
        var variables: [CredentialPlugin.Variable] = []
        for (index, entry) in entries.enumerated() {
            guard let name = entry["name"]?.string, !name.isEmpty, !name.contains("=") else {
                throw Self.problem("\(place): exec.env[\(index)] has no name")
            }
            variables.append(.init(name: name, value: entry["value"]?.string ?? ""))
        }
        return variables
    }

    /// A list of texts; absent is empty.
    func texts(_ value: Value, _ field: String, place: String) throws(KubernetesError) -> [String] {
        guard let list = value[field], !list.isNull else { return [] }
        guard let entries = list.array, entries.allSatisfy({ $0.string != nil }) else {
            throw Self.problem("\(place): \(field) is \(list.typeName), a list of texts is expected; put numbers in quotes")
        }
        return entries.compactMap(\.string)
    }

    /// The `Cluster` of an ExecCredential's spec.
    private func clusterInfo(_ cluster: Entry, _ access: ClusterAccess) -> Value {
        var info: Value = ["server": .string(access.server)]
        if let name = access.tls.serverName { info["tls-server-name"] = .string(name) }
        if access.tls.insecureSkipVerify { info["insecure-skip-tls-verify"] = true }
        if let authority = access.tls.caPEM { info["certificate-authority-data"] = .string(Base64.encode(authority)) }
        if let proxy = cluster.value["proxy-url"]?.string, !proxy.isEmpty { info["proxy-url"] = .string(proxy) }
        let extensions = cluster.value["extensions"]?.array ?? []
        if let own = extensions.first(where: { $0["name"]?.string == "\(Self.pluginGroup)/exec" })?["extension"] { info["config"] = own }
        return info
    }
}
