import Foundation
import Manifests
import Testing

@testable import LocalCluster

/// Pods that really run.
@Suite(.timeLimit(.minutes(2))) struct NodePodTests {
    static let forever = "while :; do sleep 1 & wait; done"

    @Test func runsAPodUntilItIsDeleted() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "echo $$$$ >$HOME/pid; trap 'echo bye; exit 0' TERM; echo ready; \(Self.forever)")
            let pod = try await cluster.wait(.pods, "one", until: \.isReadyPod)
            #expect(pod.podPhase == "Running")
            #expect(pod.podIP?.hasPrefix("127.\(cluster.node.network.number).") == true)
            #expect(pod["status", "hostIP"]?.string == cluster.node.network.nodeAddress)
            #expect(pod["status", "qosClass"]?.string == "BestEffort")
            #expect(pod.container()?["restartCount"]?.integer == 0)
            #expect(pod.container()?["state", "running", "startedAt"]?.string != nil)
            try await cluster.eventually("the log says ready") { try await cluster.log("one").contains("ready") }
            #expect(cluster.reasons(about: "one").isSuperset(of: ["Scheduled", "Pulled", "Created", "Started"]))

            let text = try String(contentsOfFile: "\(cluster.directory)/pods/\(pod.uid!)/root/main/pid", encoding: .utf8)
            let pid = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(pid, 0) == 0)
            try cluster.store.delete(.pods, namespace: NodeHarness.namespace, name: "one")
            try await cluster.waitUntilGone(.pods, "one")
            #expect(kill(pid, 0) != 0, "the process has ended")
            #expect(!FileManager.default.fileExists(atPath: "\(cluster.directory)/pods/\(pod.uid!)"))
        }
    }

    @Test func aCrashLoopIsReportedAsKubernetesDoes() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "echo run $(cat $HOME/../../count 2>/dev/null); echo x >>$HOME/../../count; echo broken >&2; exit 3")
            let pod = try await cluster.wait(.pods, "one", "loops") { pod in
                pod.container()?["state", "waiting", "reason"]?.string == "CrashLoopBackOff"
                    && (pod.container()?["restartCount"]?.integer ?? 0) >= 2
            }
            let last = try #require(pod.container()?["lastState", "terminated"])
            #expect(last["exitCode"]?.integer == 3)
            #expect(last["reason"]?.string == "Error")
            #expect(pod.podPhase == "Running")
            #expect(!pod.isReadyPod)
            let message = pod.container()?["state", "waiting", "message"]?.string ?? ""
            #expect(message.hasPrefix("back-off ") && message.hasSuffix("pod=one_shop(\(pod.uid!))"), "\(message)")
            // Between two runs there is a moment in which the last one is not yet the one before.
            try await cluster.eventually("the log of the run before is kept") {
                try await cluster.log("one", previous: true).contains("broken")
            }
            try await cluster.eventually("the back-off event is counted") {
                cluster.events(about: "one").contains { $0["reason"]?.string == "BackOff" && ($0["count"]?.integer ?? 0) > 1 }
            }
        }
    }

    @Test func restartPolicies() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("good", "exit 0", spec: ["restartPolicy": "OnFailure"])
            try cluster.pod("bad", "exit 1", spec: ["restartPolicy": "Never"])
            try cluster.pod("again", "test -e $HOME/../../x || { touch $HOME/../../x; exit 1; }", spec: ["restartPolicy": "OnFailure"])
            try await cluster.wait(.pods, "good") { $0.podPhase == "Succeeded" }
            let bad = try await cluster.wait(.pods, "bad") { $0.podPhase == "Failed" }
            #expect(bad.container()?["state", "terminated", "exitCode"]?.integer == 1)
            let again = try await cluster.wait(.pods, "again") { $0.podPhase == "Succeeded" }
            #expect(again.container()?["restartCount"]?.integer == 1)
        }
    }

    @Test func initContainersRunInOrderBeforeTheOthers() async throws {
        try await NodeHarness.with { cluster in
            let mount: Value = [["name": "work", "mountPath": "/work"]]
            func initial(_ name: String, _ text: String) -> Value {
                [
                    "name": .string(name), "image": "sh", "args": ["-c", .string(text)], "env": [["name": "OUT", "value": "/work/order"]],
                    "volumeMounts": mount,
                ]
            }
            try cluster.pod(
                "one", "cat $OUT; \(Self.forever)",
                container: ["volumeMounts": mount, "env": [["name": "OUT", "value": "/work/order"]]],
                spec: [
                    "initContainers": [initial("first", "echo first >>$OUT"), initial("second", "echo second >>$OUT")],
                    "volumes": [["name": "work", "emptyDir": [:]]],
                ])
            let pod = try await cluster.wait(.pods, "one", until: \.isReadyPod)
            #expect(
                pod["status", "initContainerStatuses"]?.array?.allSatisfy { $0["state", "terminated", "reason"]?.string == "Completed" }
                    == true)
            try await cluster.eventually("the order") { try await cluster.log("one") == "first\nsecond\n" }
        }
    }

    @Test func anUnknownImageIsNotPulled() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "", container: ["image": "nova/ranking:9.9.9"])
            try await cluster.wait(.pods, "one") { $0.container()?["state", "waiting", "reason"]?.string == "ErrImagePull" }
            let pod = try await cluster.wait(.pods, "one") { $0.container()?["state", "waiting", "reason"]?.string == "ImagePullBackOff" }
            #expect(pod.podPhase == "Pending")
            #expect(pod.container()?["state", "waiting", "message"]?.string?.contains("docker.io/nova/ranking:9.9.9: not found") == true)
            try await cluster.eventually("events") { cluster.reasons(about: "one").isSuperset(of: ["Pulling", "Failed", "BackOff"]) }
            try cluster.store.delete(.pods, namespace: NodeHarness.namespace, name: "one")
            try await cluster.waitUntilGone(.pods, "one")
        }
    }

    @Test func aMissingExecutableIsAStartError() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "", container: ["command": ["/no/such/program"]], spec: ["restartPolicy": "Never"])
            let pod = try await cluster.wait(.pods, "one") { $0.podPhase == "Failed" }
            let end = pod.container()?["state", "terminated"]
            #expect(end?["exitCode"]?.integer == 128)
            #expect(end?["reason"]?.string == "StartError")
            #expect(end?["message"]?.string?.contains("/no/such/program") == true)
        }
    }

    @Test func aMissingConfigMapHoldsTheContainerBack() async throws {
        try await NodeHarness.with { cluster in
            let reference: Value = ["configMapKeyRef": ["name": "settings", "key": "color"]]
            try cluster.pod("one", "echo $COLOR; \(Self.forever)", container: ["env": [["name": "COLOR", "valueFrom": reference]]])
            let pod = try await cluster.wait(.pods, "one") {
                $0.container()?["state", "waiting", "reason"]?.string == "CreateContainerConfigError"
            }
            #expect(pod.container()?["state", "waiting", "message"]?.string == "configmap \"settings\" not found")
            try cluster.configMap("settings", ["color": "green"])
            try await cluster.wait(.pods, "one", until: \.isReadyPod)
            try await cluster.eventually("the value") { try await cluster.log("one") == "green\n" }
        }
    }

    @Test func aMountedConfigMapFollowsItsSource() async throws {
        try await NodeHarness.with { cluster in
            try cluster.configMap("weights", ["weights.json": "old\n"])
            try cluster.pod(
                "one", "while :; do cat $FILE; sleep 0.05; done",
                container: [
                    "env": [["name": "FILE", "value": "/etc/ranking/weights.json"]],
                    "volumeMounts": [["name": "w", "mountPath": "/etc/ranking"]],
                ], spec: ["volumes": [["name": "w", "configMap": ["name": "weights"]]]])
            try await cluster.eventually("old") { (try? await cluster.log("one").contains("old")) == true }
            try cluster.store.update(.configMaps, namespace: NodeHarness.namespace, name: "weights") {
                $0["data", "weights.json"] = "new\n"
            }
            try await cluster.eventually("new") { try await cluster.log("one").contains("new") }
        }
    }

    @Test func tooMuchMemoryIsOOMKilled() async throws {
        try await NodeHarness.with { cluster in
            // awk keeps what it is told to remember.
            try cluster.pod(
                "one", "exec awk 'BEGIN { for (i = 0; ; i++) a[i] = i \"0123456789012345678901234567890123456789\" }'",
                container: ["resources": ["limits": ["memory": "24Mi"]]], spec: ["restartPolicy": "Never"])
            let pod = try await cluster.wait(.pods, "one") { $0.podPhase == "Failed" }
            #expect(pod.container()?["state", "terminated", "reason"]?.string == "OOMKilled")
            #expect(pod.container()?["state", "terminated", "exitCode"]?.integer == 137)
        }
    }

    @Test func aPodThatAsksForMoreThanTheMachineIsUnschedulable() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod("one", "", container: ["resources": ["requests": ["cpu": "10000"]]])
            let pod = try await cluster.wait(.pods, "one") { $0.condition("PodScheduled")?["status"]?.string == "False" }
            #expect(pod.condition("PodScheduled")?["reason"]?.string == "Unschedulable")
            #expect(pod.condition("PodScheduled")?["message"]?.string?.contains("1 Insufficient cpu") == true)
        }
    }
}
