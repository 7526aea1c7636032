import Health
import Manifests
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// The apply engine against a whole API server.
@Suite(.serialized) struct ClusterTests {
    static let all = [
        TestCluster.web("exec sleep 600"), TestCluster.service, TestCluster.budget, Fixture.configMap("settings"), Fixture.secret,
    ]

    @Test func applyPlanAndPruneMeanWhatTheySay() async throws {
        try await TestCluster.run { cluster in
            let applier = cluster.applier()
            #expect(try await applier.plan(Self.all).allSatisfy { $0.action == .create })
            let first = try await applier.apply(Self.all)
            #expect(first.count == 5 && first.allSatisfy(\.changed))
            #expect(try await applier.apply(Self.all).filter(\.changed).isEmpty)
            let same = try await applier.plan(Self.all)
            #expect(same.filter { $0.action != .unchanged }.isEmpty, "\(same)")

            var changed = Self.all
            changed[0]["spec", "template", "metadata", "annotations"] = ["note": "new"]
            changed[4]["stringData", "key"] = "other-canary"
            changed.remove(at: 3)
            let plan = try await applier.plan(changed)
            #expect(
                plan.filter { $0.action != .unchanged }.map { "\($0.action) \($0.identity.kind)" } == [
                    "update Secret", "update Deployment", "delete ConfigMap",
                ])
            #expect(!String(describing: plan).contains("canary"))
            let second = try await applier.apply(changed)
            #expect(Set(second.filter(\.changed).map(\.identity.kind)) == ["Secret", "Deployment"])
            #expect(try await applier.prune(keeping: changed, cap: .unlimited).deleted == [Fixture.id("ConfigMap", "settings")])
            #expect(try await cluster.client.get(Fixture.id("ConfigMap", "settings")) == nil)
            #expect(try await applier.inventory().count == 4)
            #expect(try await applier.inventory().allSatisfy { $0.uid != nil })
        }
    }

    @Test func conflictsAreShownAndTakenByPolicy() async throws {
        try await TestCluster.run { cluster in
            var theirs = TestCluster.web("exec sleep 600", replicas: 5)
            theirs.set(["metadata", "namespace"], to: "nova-staging")
            _ = try await cluster.client.apply(theirs, ApplyOptions(fieldManager: "kubectl"))
            let plan = try await cluster.applier(adopt: true).plan([TestCluster.web("exec sleep 600", replicas: 3)])
            #expect(plan.map(\.action) == [.conflict])
            #expect(plan[0].fields == [FieldChange(path: [.key("spec"), .key("replicas")], old: 5, new: 3)])
            let error = await #expect(throws: KubernetesError.self) {
                try await cluster.applier(adopt: true).apply([TestCluster.web("exec sleep 600", replicas: 3)])
            }
            guard case .conflict(let conflicts)? = error?.code else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(conflicts.map(\.manager) == ["kubectl"])
            _ = try await cluster.applier(.takeOver(["kubectl"]), adopt: true).apply([TestCluster.web("exec sleep 600", replicas: 3)])
            #expect(try await cluster.client.get(TestCluster.deployment)?["spec", "replicas"] == 3)
        }
    }

    @Test func refusalsNameTheField() async throws {
        try await TestCluster.run { cluster in
            var unknown = Fixture.configMap("settings")
            unknown["dato"] = ["a": "b"]
            let strict = await #expect(throws: KubernetesError.self) { try await cluster.applier().plan([unknown]) }
            #expect(strict?.message.contains("dato") == true, "\(String(describing: strict))")
            var invalid = TestCluster.web("exec sleep 600")
            invalid["spec", "replicas"] = -1
            let error = await #expect(throws: KubernetesError.self) { try await cluster.applier().plan([invalid]) }
            guard case .invalid(let causes)? = error?.code else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(causes.contains { $0.field == "spec.replicas" })
            var secret = Fixture.secret
            secret["stringData"] = nil
            secret["data"] = ["key": "not base64: canary"]
            let hidden = await #expect(throws: KubernetesError.self) { try await cluster.applier().plan([secret]) }
            #expect(hidden?.message.contains("canary") == false)
        }
    }

    @Test func aNamespaceIsMadeWhenAllowedAndAnObjectMadeAnewIsLeftAlone() async throws {
        try await TestCluster.run { cluster in
            let applier = cluster.applier(namespace: "fresh", createNamespace: true)
            #expect(
                try await applier.plan([Fixture.configMap("a")]).map { "\($0.action) \($0.identity)" } == [
                    "create Namespace fresh", "create ConfigMap fresh/a",
                ])
            _ = try await applier.apply([Fixture.configMap("a"), Fixture.configMap("b")])
            let id = ObjectIdentity(group: "", kind: "ConfigMap", namespace: "fresh", name: "b")
            var anew = try #require(try await cluster.client.get(id))
            #expect(try await cluster.client.delete(id, uid: anew.uid))
            for field in ["uid", "resourceVersion", "managedFields", "creationTimestamp"] { anew.set(["metadata", field], to: nil) }
            _ = try await cluster.client.create(anew, ApplyOptions(fieldManager: "somebody"))
            #expect(try await applier.prune(keeping: [Fixture.configMap("a")], cap: .unlimited).deleted.isEmpty)
            #expect(try await cluster.client.get(id) != nil)
            let stale = await #expect(throws: KubernetesError.self) { try await cluster.client.delete(id, uid: "another") }
            #expect(stale?.code == .conflict([]))
        }
    }

    @Test func readingCalls() async throws {
        try await TestCluster.run { cluster in
            let client = cluster.client
            #expect(try await client.serverVersion().hasPrefix("v1."))
            let right = AccessQuestion(verb: "delete", group: "apps", resource: "deployments", namespace: "nova-staging")
            #expect(try await client.missing([right]).isEmpty)
            var limits = KubernetesLimits()
            limits.listPageSize = 2
            _ = try await cluster.applier().apply((0..<5).map { Fixture.configMap("c\($0)") })
            let paging = KubernetesClient(access: client.sender.access, limits: limits)
            let names = try await paging.list(
                GroupKind(group: "", kind: "ConfigMap"), namespace: "nova-staging", labelSelector: "slipway.dev/environment=staging")
            #expect(names.compactMap(\.name).sorted() == ["c0", "c1", "c2", "c3", "c4", "slipway-inventory-staging"])
            let proxied = await #expect(throws: KubernetesError.self) {
                _ = try await client.serviceProxy(namespace: "nova-staging", service: "missing", port: "80", path: "/")
            }
            #expect(proxied?.code == .notFound)
        }
    }

    @Test func aCrashLoopIsFoundToldAndTakenBack() async throws {
        try await TestCluster.run(runsPods: true) { cluster in
            let applier = cluster.applier()
            let good = [TestCluster.web("exec sleep 600"), TestCluster.service]
            let applied = try await applier.apply(good)
            try await eventually("the first version is healthy", within: .seconds(30)) {
                try await cluster.health(of: applied, applier)?.values.allSatisfy { $0.status == .current } ?? false
            }
            let bad = try await applier.apply([TestCluster.web("echo token=abcdefgh; echo no database >&2; exit 3"), TestCluster.service])
            let report = try await eventually("the crash loop is seen", within: .seconds(30)) {
                let report = try await cluster.health(of: bad, applier)?[TestCluster.deployment]
                return report?.status == .failed ? report : nil
            }
            #expect(report.message.contains("container app of Pod web-"))
            #expect(report.message.contains("exit code 3"))
            #expect(report.message.contains("no database"), "\(report.message)")
            #expect(!report.message.contains("abcdefgh"))
            let back = try await applier.apply(good)
            try await eventually("the first version is back", within: .seconds(30)) {
                try await cluster.health(of: back, applier)?.values.allSatisfy { $0.status == .current } ?? false
            }
        }
    }

    @Test func anImageThatDoesNotExistIsFound() async throws {
        try await TestCluster.run(runsPods: true) { cluster in
            let applier = cluster.applier()
            let applied = try await applier.apply([TestCluster.web("true", image: "registry.local/nothing:1")])
            let report = try await eventually("the missing image is seen", within: .seconds(30)) {
                let report = try await cluster.health(of: applied, applier)?[TestCluster.deployment]
                return report?.status == .failed ? report : nil
            }
            #expect(["ErrImagePull", "ImagePullBackOff"].contains(report.reason))
            #expect(report.message.contains("registry.local/nothing:1"))
        }
    }
}
