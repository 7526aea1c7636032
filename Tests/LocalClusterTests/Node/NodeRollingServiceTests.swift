import Foundation
import Manifests
import NIOCore
import NIOPosix
import Testing

@testable import LocalCluster

/// The ranking service of this repository behind a Service, asked all the time.
@Suite(.timeLimit(.minutes(3))) struct NodeRollingServiceTests {
    /// Built beside the tests.
    private static var executable: String {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return (folder.hasPrefix("/") ? folder : "\(FileManager.default.currentDirectoryPath)/\(folder)") + "/ranking-service"
    }

    private func deployment(port: Int64, metricsPort: Int64) -> Value {
        func probe(_ path: String) -> Value {
            ["httpGet": ["path": .string(path), "port": "http"], "periodSeconds": 1, "failureThreshold": 30, "timeoutSeconds": 5]
        }
        return [
            "metadata": ["name": "web", "namespace": .string(NodeHarness.namespace)],
            "spec": [
                "replicas": 2, "strategy": ["rollingUpdate": ["maxUnavailable": 0, "maxSurge": 1]],
                "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "terminationGracePeriodSeconds": 20,
                        "containers": [
                            [
                                "name": "main", "image": "ranking",
                                "ports": [["name": "http", "containerPort": .integer(port)]],
                                "env": [
                                    ["name": "LISTEN_ADDRESS", "valueFrom": ["fieldRef": ["fieldPath": "status.podIP"]]],
                                    ["name": "HTTP_PORT", "value": .string(String(port))],
                                    ["name": "METRICS_PORT", "value": .string(String(metricsPort))],
                                    ["name": "RANKING_WEIGHTS_DIR", "value": "/etc/ranking-weights"],
                                    ["name": "DRAIN_SECONDS", "value": "0"],
                                ],
                                "startupProbe": probe("/health/live"), "readinessProbe": probe("/health/ready"),
                                "volumeMounts": [["name": "weights", "mountPath": "/etc/ranking-weights"]],
                            ]
                        ], "volumes": [["name": "weights", "configMap": ["name": "ranking-weights"]]],
                    ],
                ],
            ],
        ]
    }

    /// A whole request on a connection of its own; the first line of the answer, or what went wrong.
    private func get(_ address: String, _ port: Int, _ path: String) async -> String {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: address, port: port) {
                channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
            }
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"))
                var answer = ""
                for try await part in inbound { answer += String(buffer: part) }
                return String(answer.prefix { $0 != "\r" && $0 != "\r\n" })
            }
        } catch {
            return "\(error)"
        }
    }

    @Test func aRollingRestartLosesNoRequest() async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.executable), "\(Self.executable) is not built")
        let (port, metricsPort, front) = (
            try await NodeProxyTests.freePort(), try await NodeProxyTests.freePort(), try await NodeProxyTests.freePort()
        )
        try await NodeHarness.with(images: [.test("ranking", [Self.executable])]) { cluster in
            try cluster.configMap(
                "ranking-weights",
                [
                    "weights.json": """
                    {"freshness":15,"completion":40,"engagement":25,"affinity":15,"deepLearning":5}
                    """
                ])
            try cluster.store.create(
                .services,
                [
                    "metadata": ["name": "web", "namespace": .string(NodeHarness.namespace)],
                    "spec": ["selector": ["app": "web"], "ports": [["name": "http", "port": .integer(front), "targetPort": "http"]]],
                ])
            try cluster.store.create(.deployments, deployment(port: port, metricsPort: metricsPort))
            try await cluster.wait(.deployments, "web", seconds: 60) { $0.availableReplicas == 2 }
            let service = try #require(cluster.store.get(.services, namespace: NodeHarness.namespace, name: "web"))
            let address = try #require(service["spec", "clusterIP"]?.string)
            try await cluster.eventually("it answers") { await get(address, Int(front), "/health/live").hasSuffix("200 OK") }

            // Not by cancellation, which would break the request that is on its way.
            let isDone = OneValue<Bool>()
            let asking = Task {
                var answers: [String: Int] = [:]
                while isDone.current == nil { answers[await get(address, Int(front), "/health/live"), default: 0] += 1 }
                return answers
            }
            try cluster.store.update(.deployments, namespace: NodeHarness.namespace, name: "web") {
                $0["spec", "template", "metadata", "annotations"] = ["kubectl.kubernetes.io/restartedAt": "now"]
            }
            try await cluster.wait(.deployments, "web", seconds: 60) {
                $0["status", "observedGeneration"]?.integer == 2 && $0.updatedReplicas == 2 && $0.statusReplicas == 2
                    && $0.availableReplicas == 2
            }
            // Until the old Pods have gone altogether.
            try await cluster.eventually(seconds: 60, "two Pods are left") {
                cluster.store.list(.pods, namespace: NodeHarness.namespace).items.count == 2
            }
            isDone.set(true)
            let answers = await asking.value
            #expect(answers.keys.allSatisfy { $0 == "HTTP/1.1 200 OK" }, "\(answers)")
            #expect(answers.values.reduce(0, +) > 10)
        }
    }
}
