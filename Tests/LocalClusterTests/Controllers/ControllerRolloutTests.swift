import Foundation
import Manifests
import Testing

@testable import LocalCluster

/// Deployments carried out with real processes.
@Suite(.timeLimit(.minutes(2))) struct ControllerRolloutTests {
    private func isComplete(_ deployment: Value, _ replicas: Int64) -> Bool {
        deployment.updatedReplicas == replicas && deployment.availableReplicas == replicas && deployment.statusReplicas == replicas
            && deployment["status", "observedGeneration"]?.integer == deployment.generation
            && deployment.condition("Progressing")?["reason"]?.string == "NewReplicaSetAvailable"
    }

    @Test func aDeploymentRollsOutAndBackAgain() async throws {
        try await NodeHarness.with { cluster in
            try cluster.store.create(.deployments, cluster.deployment(replicas: 3, script: "echo v1; \(NodePodTests.forever)"))
            let first = try await cluster.wait(.deployments, "web") { isComplete($0, 3) }
            #expect(first.annotation(DeploymentView.revisionAnnotation) == "1")
            #expect(first.isTrue("Available"))

            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") {
                $0["spec", "template", "spec", "containers"] = [
                    ["name": "main", "image": "sh", "args": ["-c", .string("echo v2; \(NodePodTests.forever)")]]
                ]
            }
            let second = try await cluster.wait(.deployments, "web") { isComplete($0, 3) && $0.generation == 2 }
            #expect(second.annotation(DeploymentView.revisionAnnotation) == "2")
            let sets = cluster.store.list(.replicaSets, namespace: NodeHarness.namespace).items
            #expect(sets.map(\.specReplicas).sorted() == [0, 3])

            // What `kubectl rollout undo` does: the old template again.
            let old = try #require(sets.first { $0.specReplicas == 0 })
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") {
                var template = old["spec", "template"]!
                template["metadata", "labels", DeploymentView.hashLabel] = nil
                $0["spec", "template"] = template
            }
            let third = try await cluster.wait(.deployments, "web") { isComplete($0, 3) && $0.generation == 3 }
            #expect(third.annotation(DeploymentView.revisionAnnotation) == "3")
            let back = try #require(cluster.store.get(.replicaSets, namespace: NodeHarness.namespace, name: old.name!))
            #expect(back.specReplicas == 3)
            #expect(back.annotation(DeploymentView.revisionHistoryAnnotation) == "1")
            #expect(cluster.reasons(about: "web").contains("ScalingReplicaSet"))
        }
    }

    @Test func aBadVersionLeavesTheOldOneServing() async throws {
        try await NodeHarness.with { cluster in
            try cluster.store.create(
                .deployments, cluster.deployment(replicas: 3, script: NodePodTests.forever, extra: ["progressDeadlineSeconds": 2]))
            try await cluster.wait(.deployments, "web") { isComplete($0, 3) }
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") {
                // Without a probe a Pod would be ready between its start and its crash, which counts as progress.
                $0["spec", "template", "spec", "containers"] = [
                    [
                        "name": "main", "image": "sh", "args": ["-c", "exit 1"],
                        "readinessProbe": ["exec": ["command": ["/bin/true"]], "initialDelaySeconds": 60],
                    ]
                ]
            }
            let stuck = try await cluster.wait(.deployments, "web") {
                $0.condition("Progressing")?["reason"]?.string == "ProgressDeadlineExceeded"
            }
            #expect(stuck.condition("Progressing")?["status"]?.string == "False")
            let running = cluster.store.list(.pods, namespace: NodeHarness.namespace).items.filter(\.isReadyPod)
            #expect(running.count >= 3)
        }
    }

    @Test func scalingAndDeletion() async throws {
        try await NodeHarness.with { cluster in
            try cluster.store.create(.deployments, cluster.deployment(replicas: 1, script: NodePodTests.forever))
            try await cluster.wait(.deployments, "web") { isComplete($0, 1) }
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") { $0["spec", "replicas"] = 4 }
            try await cluster.wait(.deployments, "web") { isComplete($0, 4) }
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") { $0["spec", "replicas"] = 2 }
            try await cluster.wait(.deployments, "web") { isComplete($0, 2) }
            try cluster.store.delete(.deployments, namespace: NodeHarness.namespace, name: "web")
            try await cluster.eventually("all Pods are gone") {
                cluster.store.list(.pods, namespace: NodeHarness.namespace).items.isEmpty
                    && cluster.store.list(.replicaSets, namespace: NodeHarness.namespace).items.isEmpty
            }
        }
    }

    @Test func recreateStopsTheOldPodsFirst() async throws {
        try await NodeHarness.with { cluster in
            let recreate: Value = ["strategy": ["type": "Recreate"]]
            try cluster.store.create(.deployments, cluster.deployment(replicas: 2, script: NodePodTests.forever, extra: recreate))
            try await cluster.wait(.deployments, "web") { isComplete($0, 2) }
            let old = Set(cluster.store.list(.pods, namespace: NodeHarness.namespace).items.compactMap(\.uid))
            let events = try cluster.store.watch(
                .pods, namespace: NodeHarness.namespace, fromResourceVersion: cluster.store.resourceVersion)
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") {
                $0["spec", "template", "metadata", "annotations"] = ["kubectl.kubernetes.io/restartedAt": "now"]
            }
            try await cluster.wait(.deployments, "web") { isComplete($0, 2) && $0.generation == 2 }
            var gone: Set<String> = []
            for await event in events {
                guard let uid = event.object.uid else { continue }
                if event.kind == .deleted { gone.insert(uid) }
                if event.kind == .added {
                    #expect(gone == old, "a new Pod came before the old ones had gone")
                    break
                }
            }
        }
    }

    @Test func endpointsHoldReadyPodsOnly() async throws {
        try await NodeHarness.with { cluster in
            try cluster.store.create(
                .services,
                [
                    "metadata": ["name": "web", "namespace": .string(NodeHarness.namespace)],
                    "spec": ["selector": ["app": "web"], "ports": [["name": "http", "port": 8080, "targetPort": "http"]]],
                ])
            try cluster.pod(
                "one", NodePodTests.forever, labels: ["app": "web"],
                container: [
                    "ports": [["name": "http", "containerPort": 9000]],
                    "readinessProbe": [
                        "exec": ["command": ["/bin/sh", "-c", "test -e $HOME/ready"]], "periodSeconds": 1, "failureThreshold": 1,
                    ],
                ])
            let pod = try await cluster.wait(.pods, "one") { $0.podPhase == "Running" }
            try await cluster.wait(.endpoints, "web") { $0["subsets"]?[0]?["notReadyAddresses"] != nil }
            #expect(FileManager.default.createFile(atPath: "\(cluster.directory)/pods/\(pod.uid!)/root/main/ready", contents: nil))
            let endpoints = try await cluster.wait(.endpoints, "web") { $0["subsets"]?[0]?["addresses"] != nil }
            #expect(endpoints["subsets"]?[0]?["addresses"]?[0]?["ip"]?.string == pod.podIP)
            #expect(endpoints["subsets"]?[0]?["ports"]?[0]?["port"]?.integer == 9000)
            try await cluster.waitForAny(.endpointSlices) { $0["endpoints"]?[0]?["conditions"]?["ready"]?.bool == true }
            try cluster.store.delete(.pods, namespace: NodeHarness.namespace, name: "one")
            try await cluster.wait(.endpoints, "web") { $0["subsets"] == nil }
        }
    }
}
