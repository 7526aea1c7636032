import Controller
import Kubernetes
import LocalCluster
import Logging
import Manifests
import TestSupport

/// A LocalCluster for one case, with the sample's images.
struct SampleCluster: Sendable {
    let cluster: LocalCluster
    var kubeconfig: String { cluster.kubeconfigPath }

    static func start(
        in folder: String, port: Int = 0, images: String = SampleEnvironment.images
    ) async throws -> SampleCluster {
        try Files.write(images, to: folder + "/images.yaml")
        var configuration = LocalClusterConfiguration(directory: folder)
        configuration.imagesFile = folder + "/images.yaml"
        configuration.port = port
        configuration.adjustNode = { $0.restartBackoff = Backoff(base: .milliseconds(50), limit: .milliseconds(200), reset: .seconds(600)) }
        var logger = Logger(label: "local-cluster")
        logger.logLevel = .error
        return SampleCluster(cluster: try await LocalCluster.start(configuration: configuration, logger: logger))
    }

    func stop() async { await cluster.stop() }

    /// What the real kubectl prints.
    @discardableResult
    func kubectl(_ arguments: String...) async throws -> String {
        let (ending, text) = try await outcome(["kubectl", "--kubeconfig", kubeconfig] + arguments)
        guard ending == .exited(0) else { throw LargeFailure("kubectl \(arguments): \(ending) \(text)") }
        return text
    }

    /// Brings it to where a controller left it that has verified `sample`: the same objects, owned by the same field manager.
    func furnish(with sample: SampleEnvironment) async throws {
        let folder = try TemporaryFolder("slipway-tree")
        for (path, text) in sample.files { try folder.write(text, to: path) }
        let rendered = try RepositoryRenderer(files: FolderFiles(root: folder.path)).render(sample.name)
        let client = try Clusters(["default": .init(kubeconfig: kubeconfig, context: nil)], warn: { _ in }).client("default")
        let settings = EnvironmentSettings(environment: sample.name, namespace: sample.namespace, createNamespace: true)
        _ = try await EnvironmentApplier(client: client, settings: settings).apply(rendered.objects)
        guard let version = sample.version else { return }
        try await eventually("version \(version) runs", within: .seconds(30)) {
            picture(of: sample.namespace).count { $0 == "Pod sample.example/app:\(version) Running" } == sample.replicas
        }
    }

    /// All objects of a namespace, a line each, without what differs from run to run: UIDs, generated names, times, addresses.
    func picture(of namespace: String) -> [String] {
        ResourceType.builtIn.filter { $0.namespaced && $0.kind != "Event" }.flatMap { type in
            cluster.store.list(type, namespace: namespace).items.map { line($0, kind: type.kind) }
        }.sorted()
    }

    private func line(_ object: Value, kind: String) -> String {
        let name = object.name ?? ""
        switch kind {
        case "Pod":
            let state = object["metadata", "deletionTimestamp"] == nil ? object["status", "phase"]?.string ?? "" : "ending"
            return "Pod \(image(object["spec"])) \(state)"
        case "ReplicaSet":
            return "ReplicaSet \(image(object["spec", "template", "spec"])) \(object["spec", "replicas"]?.integer ?? 0)"
        case "ConfigMap" where name.hasPrefix(Inventory.name("")):
            let lines = (object["data", "objects"]?.string ?? "").split(separator: "\n")
            return "Inventory \(lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") })"
        case "ConfigMap" where name == "kube-root-ca.crt": return "ConfigMap \(name)"
        case "EndpointSlice": return "EndpointSlice of \(object.labels?["kubernetes.io/service-name"]?.string ?? "")"
        case "Service":
            var spec = object["spec"] ?? .null
            for field in ["clusterIP", "clusterIPs"] { spec[field] = nil }
            return "Service \(name) \(JSON.string(spec, sortedKeys: true))"
        default:
            let content: Value = ["spec": object["spec"] ?? .null, "data": object["data"] ?? .null]
            return "\(kind) \(name) \(JSON.string(content, sortedKeys: true))"
        }
    }

    private func image(_ podSpec: Value?) -> String { podSpec?["containers"]?.array?.first?["image"]?.string ?? "" }
}
