import Manifests
import Testing

@testable import Kubernetes

@Suite struct InventoryTests {
    static let deployment = ObjectIdentity(group: "apps", kind: "Deployment", namespace: "nova", name: "web")
    static let namespace = ObjectIdentity(group: "", kind: "Namespace", namespace: "", name: "nova")

    @Test func textAndBack() throws {
        let inventory = Inventory([
            Inventory.Entry(id: Self.deployment, apiVersion: "apps/v1", uid: "u1"),
            Inventory.Entry(id: Self.namespace, apiVersion: "v1", uid: nil),
        ])
        #expect(inventory.text == "v1 Namespace -/nova -\napps/v1 Deployment nova/web u1\n")
        #expect(try Inventory(text: inventory.text, source: "x") == inventory)
    }

    @Test(arguments: ["v1 Pod nova/web", "v1 Pod web u1", "nonsense"])
    func aDamagedLineIsAnErrorAndNotLost(text: String) {
        let error = #expect(throws: KubernetesError.self) {
            try Inventory(text: "v1 Namespace -/nova -\n\(text)\n", source: "ConfigMap nova/i")
        }
        #expect(error?.message.hasPrefix("ConfigMap nova/i: line 2 is no inventory line") == true)
    }

    /// The example of the ApplySet specification's algorithm, worked by hand with sha256sum and base64.
    @Test func applySetIdentifier() {
        let identifier = ApplySet.identifier(environment: "staging", namespace: "nova-staging")
        #expect(identifier == Self.workedIdentifier)
        #expect(identifier.utf8.count <= 63)
    }

    @Test func capsAreByCountAndByPercent() {
        let cap = PruneCap(maximumObjects: 10, maximumPercent: 20)
        #expect(cap.permits(10, of: 100) && !cap.permits(11, of: 100))
        #expect(cap.permits(4, of: 20) && !cap.permits(5, of: 20))
        #expect(cap.permits(1, of: 2) && !cap.permits(2, of: 2))
        #expect(!PruneCap(maximumObjects: 0, maximumPercent: 100).permits(1, of: 50))
        #expect(PruneCap.unlimited.permits(7, of: 7))
    }

    @Test(arguments: [
        (".spec.replicas", "spec.replicas"), (#".spec.containers[name="a.b]"].image"#, #"spec.containers[name=a.b]].image"#),
        (#".spec.ports[containerPort=80,protocol="TCP"].name"#, "spec.ports[containerPort=80,protocol=TCP].name"),
        (#".metadata.finalizers[="x"]"#, "metadata.finalizers"), (".spec.list[2]", "spec.list[2]"), ("", "."), ("..", "."),
    ])
    func conflictPaths(text: String, path: String) {
        #expect(ConflictPath.elements(text).text == path)
    }

    @Test func wavesGoByAnnotationThenByKind() {
        func wave(_ apiVersion: String, _ kind: String, _ number: String? = nil) -> ApplyWave {
            var object: Value = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
            if let number { object.set(["metadata", "annotations", SlipwayLabel.wave], to: .string(number)) }
            return ApplyWave(object)
        }
        let order = [
            wave("apps/v1", "Deployment", "-1"), wave("v1", "Namespace"), wave("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            wave("v1", "ServiceAccount"), wave("rbac.authorization.k8s.io/v1", "RoleBinding"), wave("v1", "Secret"), wave("v1", "Service"),
            wave("v1", "PersistentVolumeClaim"), wave("batch/v1", "Job"), wave("policy/v1", "PodDisruptionBudget"),
            wave("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"), wave("v1", "ConfigMap", "1"),
        ]
        #expect(order == order.sorted())
    }
}

extension InventoryTests {
    static let workedIdentifier = "applyset-ESjjnYlD-EfsMHgVtRpqckytWhJV9a5nJUvX6O2t-iw-v1"
}
