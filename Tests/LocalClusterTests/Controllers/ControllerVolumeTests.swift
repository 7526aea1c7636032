import Logging
import Manifests
import Testing

@testable import LocalCluster

/// Claims and what they are bound to.
@Suite struct ControllerVolumeTests {
    private let store = ObjectStore(admission: ClusterAdmission())
    private let key = NamespacedName(namespace: "shop", name: "data")

    private var events: EventRecorder { EventRecorder(store: store, logger: Logger(label: "test"), now: store.environment.now) }
    private var controller: VolumeClaimController { VolumeClaimController(store: store, events: events) }

    private func prepare() throws {
        try store.create(.namespaces, ["metadata": ["name": "shop"]])
        try store.create(
            .persistentVolumeClaims,
            [
                "metadata": ["name": "data", "namespace": "shop"],
                "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
            ])
    }

    private func usePod() throws {
        try store.create(
            .pods,
            [
                "metadata": ["name": "p", "namespace": "shop"],
                "spec": [
                    "nodeName": "node", "containers": [["name": "c", "image": "i"]],
                    "volumes": [["name": "v", "persistentVolumeClaim": ["claimName": "data"]]],
                ],
            ])
    }

    @Test func aClaimWaitsForItsFirstConsumerAndIsBound() async throws {
        try prepare()
        _ = try await controller.reconcile(key)
        #expect(store.get(.persistentVolumeClaims, key)?["status", "phase"]?.string == "Pending")
        #expect(store.list(.events, namespace: "shop").items.contains { $0["reason"] == "WaitForFirstConsumer" })
        try usePod()
        _ = try await controller.reconcile(key)
        let claim = try #require(store.get(.persistentVolumeClaims, key))
        #expect(claim["status", "phase"]?.string == "Bound")
        #expect(claim["status", "capacity", "storage"] == "1Gi")
        let name = try #require(claim["spec", "volumeName"]?.string)
        #expect(name == "pvc-\(claim.uid ?? "")")
        #expect(store.get(.persistentVolumes, name: name)?["status", "phase"]?.string == "Bound")
        try store.delete(.persistentVolumeClaims, namespace: "shop", name: "data")
        _ = try await controller.reconcile(key)
        #expect(store.get(.persistentVolumes, name: name) == nil)
    }

    @Test func aStatefulSetMakesClaimsThatOutliveIt() async throws {
        try prepare()
        let set = try store.create(
            .statefulSets,
            [
                "metadata": ["name": "db", "namespace": "shop"],
                "spec": [
                    "replicas": 1, "serviceName": "db", "selector": ["matchLabels": ["app": "db"]],
                    "template": [
                        "metadata": ["labels": ["app": "db"]], "spec": ["containers": [["name": "c", "image": "i"]]],
                    ],
                    "volumeClaimTemplates": [
                        [
                            "metadata": ["name": "disk"],
                            "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
                        ]
                    ],
                ],
            ])
        let controller = StatefulSetController(store: store, events: events)
        _ = try await controller.reconcile(NamespacedName(namespace: "shop", name: "db"))
        let claim = try #require(store.get(.persistentVolumeClaims, namespace: "shop", name: "disk-db-0"))
        #expect(claim["metadata", "labels", "app"] == "db")
        #expect(claim["metadata", "ownerReferences"] == nil)
        try store.delete(.statefulSets, namespace: "shop", name: set.name ?? "")
        #expect(store.get(.persistentVolumeClaims, namespace: "shop", name: "disk-db-0") != nil)
    }
}
