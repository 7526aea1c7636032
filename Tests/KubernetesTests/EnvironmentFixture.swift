import HTTPTransport
import Kubernetes
import Manifests

/// The objects of a small Environment.
enum Fixture {
    static let root = "/api/v1/namespaces/nova-staging"
    static let inventoryPath = "\(root)/configmaps/slipway-inventory-staging"
    static let deploymentPath = "/apis/apps/v1/namespaces/nova-staging/deployments/web"

    static func configMap(_ name: String, _ value: String = "1") -> Value {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["key": .string(value)]]
    }

    static func deployment(_ image: String = "web:1", replicas: Int64? = 3) -> Value {
        var object: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": ["template": ["spec": ["containers": [["name": "app", "image": .string(image)]]]]],
        ]
        if let replicas { object["spec", "replicas"] = .integer(replicas) }
        return object
    }

    static let service: Value = ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"], "spec": ["type": "ClusterIP"]]
    static let secret: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "keys"], "stringData": ["key": "canary-value"]]
    static let claim: Value = [
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": "data"], "spec": ["accessModes": ["ReadWriteOnce"]],
    ]
    static let autoscaler: Value = [
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "web"],
        "spec": ["scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "minReplicas": 3, "maxReplicas": 10],
    ]

    static func server(_ fault: @escaping @Sendable (Int, HTTPRequest) -> FakeAPIServer.Fault? = { _, _ in nil }) -> FakeAPIServer {
        let server = FakeAPIServer(fault: fault)
        server.put(root, ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "nova-staging"]])
        return server
    }

    static func applier(
        _ server: FakeAPIServer, policy: ConflictPolicy = .fail, createNamespace: Bool = false, environment: String = "staging",
        adopt: Bool = false
    ) -> EnvironmentApplier {
        var settings = EnvironmentSettings(
            environment: environment, namespace: "nova-staging", conflictPolicy: policy, createNamespace: createNamespace)
        settings.adopt = adopt
        return EnvironmentApplier(client: server.client(), settings: settings)
    }

    static func id(_ kind: String, _ name: String, group: String = "") -> ObjectIdentity {
        ObjectIdentity(group: group, kind: kind, namespace: "nova-staging", name: name)
    }
}
