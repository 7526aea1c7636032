import Health
import Kubernetes
import LocalCluster
import Logging
import Manifests
import TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// A real API server with controllers and a node for one test: the image `sh` is a shell.
struct TestCluster: Sendable {
    let local: LocalCluster
    let client: KubernetesClient
    let cache: ClusterCache

    /// By what the watches bring; `nil` until they have brought all once.
    func health(of applied: [AppliedObject], _ applier: EnvironmentApplier) async throws -> [ObjectIdentity: HealthReport]? {
        guard let view = view(of: applied) else { return nil }
        return try await applier.observe(applied, in: view, now: Int64(time(nil)))
    }

    func view(of applied: [AppliedObject]) -> ClusterView? {
        let scopes = EnvironmentApplier.scopes(of: applied, explaining: true)
        cache.follow(scopes, for: "test") {}
        guard case .clear(let view) = cache.sight(of: scopes) else { return nil }
        return view
    }

    static func run(runsPods: Bool = false, _ body: (TestCluster) async throws -> Void) async throws {
        try await withTemporaryFolder("slipway-kubernetes") { folder in
            try folder.write("images:\n  - {name: 'sh:1', command: [/bin/sh]}\n", to: "images.yaml")
            var configuration = LocalClusterConfiguration(directory: folder.file("cluster"))
            configuration.runsPods = runsPods
            configuration.imagesFile = folder.file("images.yaml")
            configuration.namespaces = ["nova-staging"]
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let cluster = try await LocalCluster.start(configuration: configuration, logger: logger)
            let result: Result<Void, any Error>
            do {
                let access = try Kubeconfig.load(path: cluster.kubeconfigPath, environment: [:]).access()
                let client = KubernetesClient(access: access)
                let cache = ClusterCache(client: client)
                defer { cache.stop() }
                try await body(TestCluster(local: cluster, client: client, cache: cache))
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await cluster.stop()
            try result.get()
        }
    }

    func applier(
        _ policy: ConflictPolicy = .fail, namespace: String = "nova-staging", createNamespace: Bool = false, adopt: Bool = false
    ) -> EnvironmentApplier {
        var settings = EnvironmentSettings(
            environment: "staging", namespace: namespace, conflictPolicy: policy, createNamespace: createNamespace)
        settings.adopt = adopt
        return EnvironmentApplier(client: client, settings: settings)
    }

    static func web(_ script: String, image: String = "sh:1", replicas: Int64 = 2) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "replicas": .integer(replicas), "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "terminationGracePeriodSeconds": 1,
                        "containers": [["name": "app", "image": .string(image), "args": ["-c", .string(script)]]],
                    ],
                ],
            ],
        ]
    }

    static let deployment = Fixture.id("Deployment", "web", group: "apps")
    static let service: Value = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"],
        "spec": ["selector": ["app": "web"], "ports": [["name": "http", "port": 80, "targetPort": 8080]]],
    ]
    static let budget: Value = [
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "web"],
        "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
    ]
}
