import HTTPTransport
import Health
import Manifests
import Testing

@testable import Kubernetes

@Suite struct ObserveTests {
    static let now: Int64 = 1_795_305_600

    /// The Deployment with one Pod, whose container is as given.
    private func observe(_ container: Value, on server: FakeAPIServer) async throws -> [ObjectIdentity: HealthReport] {
        let applier = Fixture.applier(server)
        let applied = try await applier.apply([Fixture.deployment(), Fixture.service])
        var live = try #require(server.object(Fixture.deploymentPath))
        live["status"] = ["observedGeneration": 1, "replicas": 3, "updatedReplicas": 3]
        server.put(Fixture.deploymentPath, live, manager: "kube-controller-manager")
        server.put(
            "/apis/apps/v1/namespaces/nova-staging/replicasets/web-a",
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": [
                    "name": "web-a", "namespace": "nova-staging",
                    "ownerReferences": [["uid": .string(live.uid ?? ""), "controller": true]],
                ],
                "spec": ["template": live["spec", "template"] ?? .null],
            ])
        let replicaSet = try #require(server.object("/apis/apps/v1/namespaces/nova-staging/replicasets/web-a"))
        server.put(
            "\(Fixture.root)/pods/web-1",
            [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": [
                    "name": "web-1", "namespace": "nova-staging",
                    "ownerReferences": [["uid": .string(replicaSet.uid ?? ""), "controller": true]],
                ],
                "status": [
                    "phase": "Running",
                    "containerStatuses": [container],
                ],
            ])
        return try await applier.observe(applied, in: server.view, now: Self.now)
    }

    @Test func aContainerThatWasStartedAgainMeanwhileIsToldWithWhatItSaidBefore() async throws {
        for before in ["fatal: no model", nil] {
            let server = Fixture.server { _, request in
                guard request.url.contains("/pods/web-1/log") else { return nil }
                guard request.url.contains("previous=true") else { return .status(200) }
                guard let before else {
                    return .status(400, body: try? JSON.parse(FakeAPIServer.State.failure(400, "BadRequest", "not found").body))
                }
                return .status(200, body: .string(before))
            }
            let ended: Value = ["name": "app", "restartCount": 3, "state": ["terminated": ["exitCode": 1, "reason": "Error"]]]
            let report = try #require(try await observe(ended, on: server)[Fixture.id("Deployment", "web", group: "apps")])
            #expect(report.status == .failed)
            #expect(report.message.hasSuffix(before.map { "Its last log lines:\n  \"\($0)\"" } ?? "Its log is empty."), "\(report.message)")
        }
    }

    @Test func aCrashLoopIsToldWithItsLastLogLines() async throws {
        let server = Fixture.server { _, request in
            guard request.url.contains("/pods/web-1/log") else { return nil }
            return .status(200, body: "fatal: token=abcdefgh refused")
        }
        let reports = try await observe(
            [
                "name": "app", "restartCount": 1, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
                "lastState": ["terminated": ["exitCode": 2, "reason": "Error"]],
            ], on: server)
        let report = try #require(reports[Fixture.id("Deployment", "web", group: "apps")])
        #expect(report.status == .failed)
        #expect(
            report.message.hasPrefix(
                "Deployment nova-staging/web: container app of Pod web-1 ended 2 times, the last time with exit code 2 (Error). Its last log lines:\n"
            ))
        #expect(report.message.contains("token=(masked) refused"))
        #expect(reports[Fixture.id("Service", "web")]?.status == .current)
        let log = try #require(server.requests.last { $0.url.contains("/log") })
        #expect(log.url.contains("previous=true") && log.url.contains("tailLines=10") && log.url.contains("container=app"))
    }

    @Test func deletedAndReplacedObjectsAreNotTakenForOurs() async throws {
        let server = Fixture.server()
        let applier = Fixture.applier(server)
        let applied = try await applier.apply([Fixture.configMap("a"), Fixture.configMap("b")])
        let path = "\(Fixture.root)/configmaps/b"
        let old = try #require(server.object(path))
        server.remove("\(Fixture.root)/configmaps/a")
        server.remove(path)
        server.put(path, old)
        let reports = try await applier.observe(applied, in: server.view, now: Self.now)
        #expect(reports[Fixture.id("ConfigMap", "a")]?.status == .notFound)
        #expect(reports[Fixture.id("ConfigMap", "b")]?.reason == "Replaced")
    }
}
