import Foundation
import Manifests
import Testing

@testable import LocalCluster

/// Probes and hooks against real processes.
@Suite(.timeLimit(.minutes(2))) struct NodeHealthTests {
    private func exec(_ script: String, period: Int64 = 1, failures: Int64 = 1) -> Value {
        [
            "exec": ["command": ["/bin/sh", "-c", .string(script)]], "periodSeconds": .integer(period),
            "failureThreshold": .integer(failures),
        ]
    }

    @Test func readinessFollowsTheProbe() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod(
                "one", NodePodTests.forever, container: ["readinessProbe": exec("test -e $HOME/ready")])
            let pod = try await cluster.wait(.pods, "one") { $0.podPhase == "Running" }
            #expect(!pod.isReadyPod)
            #expect(pod.condition("Ready")?["message"]?.string == "containers with unready status: [main]")
            let file = "\(cluster.directory)/pods/\(pod.uid!)/root/main/ready"
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
            try await cluster.wait(.pods, "one", "turns ready", until: \.isReadyPod)
            try FileManager.default.removeItem(atPath: file)
            let unready = try await cluster.wait(.pods, "one", "turns unready") { $0.podPhase == "Running" && !$0.isReadyPod }
            #expect(unready.container()?["restartCount"]?.integer == 0)
            try await cluster.eventually("an Unhealthy event") { cluster.reasons(about: "one").contains("Unhealthy") }
        }
    }

    @Test func aFailedLivenessProbeRestartsTheContainer() async throws {
        try await NodeHarness.with { cluster in
            try cluster.pod(
                "one", NodePodTests.forever, container: ["livenessProbe": exec("test ! -e $HOME/../../sick && touch $HOME/../../sick")])
            let pod = try await cluster.wait(.pods, "one") { ($0.container()?["restartCount"]?.integer ?? 0) > 0 && $0.isReadyPod }
            #expect(pod.container()?["lastState", "terminated", "exitCode"]?.integer == 143)
            let killing = cluster.events(about: "one").filter { $0["reason"]?.string == "Killing" }.compactMap { $0["message"]?.string }
            #expect(killing.contains("Container main failed liveness probe, will be restarted"))
        }
    }

    @Test func nothingElseIsAskedBeforeTheStartupProbePasses() async throws {
        try await NodeHarness.with { cluster in
            let pod = try cluster.pod(
                "one", NodePodTests.forever,
                container: [
                    "startupProbe": exec("test -e $HOME/started", failures: 60),
                    "livenessProbe": exec("test -e $HOME/started"), "readinessProbe": exec("test -e $HOME/started"),
                ])
            let running = try await cluster.wait(.pods, "one") { $0.podPhase == "Running" }
            #expect(running.container()?["started"]?.bool == false)
            #expect(FileManager.default.createFile(atPath: "\(cluster.directory)/pods/\(pod.uid!)/root/main/started", contents: nil))
            let ready = try await cluster.wait(.pods, "one", until: \.isReadyPod)
            #expect(ready.container()?["started"]?.bool == true)
            #expect(ready.container()?["restartCount"]?.integer == 0)
        }
    }

    @Test func aPortWithoutAListenerIsRefused() async throws {
        // One that was free on all addresses a moment ago.
        let port = try await NodeProxyTests.freePort()
        try await NodeHarness.with { cluster in
            try cluster.pod(
                "one", NodePodTests.forever,
                container: [
                    "ports": [["name": "http", "containerPort": .integer(port)]],
                    "readinessProbe": ["httpGet": ["path": "/health/ready", "port": "http"], "periodSeconds": 1, "failureThreshold": 1],
                ])
            let pod = try await cluster.wait(.pods, "one") { $0.podPhase == "Running" }
            try await cluster.eventually("the event: \(cluster.messages(about: "one"))") {
                cluster.events(about: "one").contains { event in
                    event["message"]?.string
                        == "Readiness probe failed: Get \"http://\(pod.podIP!):\(port)/health/ready\": "
                        + "dial tcp \(pod.podIP!):\(port): connect: connection refused"
                }
            }
        }
    }

    @Test func thePreStopHookRunsBeforeSIGTERM() async throws {
        try await NodeHarness.with { cluster in
            let log = "\(cluster.directory)/order"
            try cluster.pod(
                "one", "trap 'echo term >>\(log); exit 0' TERM; echo up; \(NodePodTests.forever)",
                container: ["lifecycle": ["preStop": ["exec": ["command": ["/bin/sh", "-c", .string("echo hook >>\(log)")]]]]])
            try await cluster.wait(.pods, "one", until: \.isReadyPod)
            try await cluster.eventually("it is up") { try await cluster.log("one").contains("up") }
            try cluster.store.delete(.pods, namespace: NodeHarness.namespace, name: "one")
            try await cluster.waitUntilGone(.pods, "one")
            #expect(try String(contentsOfFile: log, encoding: .utf8) == "hook\nterm\n")
        }
    }
}
