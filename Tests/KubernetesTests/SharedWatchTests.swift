import HTTPTransport
import LocalCluster
import Manifests
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// How the watches of many Environments are shared, against a whole API server. More than two namespaces are many here.
@Suite(.serialized) struct SharedWatchTests {
    static let namespaces = ["one", "two", "three"]
    static let configMap = GroupKind(group: "", kind: "ConfigMap")
    static let pod = GroupKind(group: "", kind: "Pod")

    /// A cache that writes down what it watches.
    struct Watching: Sendable {
        let cache: ClusterCache
        private let paths: Paths

        private final class Paths: Sendable {
            let asked = Mutex<[String]>([])
        }

        init(_ kubeconfig: String, objectsPerWatch: Int = 20) throws {
            let access = try Kubeconfig.load(path: kubeconfig, environment: [:]).access()
            let http = HTTPClient(tls: access.tls)
            var environment = ClientEnvironment.live(http)
            let paths = Paths()
            environment.stream = { request throws(HTTPError) in
                let path = request.url.dropFirst(access.server.count).prefix { $0 != "?" }
                paths.asked.withLock { $0.append(String(path)) }
                return try await http.stream(request)
            }
            var limits = KubernetesLimits()
            limits.singleWatches = 2
            limits.objectsPerWatch = objectsPerWatch
            self.paths = paths
            cache = ClusterCache(client: KubernetesClient(access: access, environment: environment, limits: limits))
        }

        var asked: [String] { paths.asked.withLock { $0 } }

        func names(_ scope: WatchScope) -> Set<String>? {
            guard case .clear(let view) = cache.sight(of: [scope]) else { return nil }
            return Set(view.all(scope.kind, namespace: scope.namespace).compactMap(\.name))
        }
    }

    final class Counts: Sendable {
        private let told = Mutex<[String: Int]>([:])

        var counts: [String: Int] { told.withLock { $0 } }
        func count(_ name: String) { told.withLock { $0[name, default: 0] += 1 } }
    }

    static func managed(_ namespace: String) -> WatchScope {
        WatchScope(kind: configMap, version: "v1", namespace: namespace, selection: .managed)
    }

    static func pods(_ namespace: String) -> WatchScope {
        WatchScope(kind: pod, version: "v1", namespace: namespace, selection: .all)
    }

    static func object(_ kind: String, _ name: String, in namespace: String, of environment: String? = nil, value: String = "x") -> Value {
        var object: Value = [
            "apiVersion": "v1", "kind": .string(kind), "metadata": ["name": .string(name), "namespace": .string(namespace)],
        ]
        if kind == "ConfigMap" { object["data"] = ["key": .string(value)] }
        if kind == "Pod" { object["spec"] = ["containers": [["name": "main", "image": "sh:1"]]] }
        if let environment {
            object["metadata", "labels"] = [
                "app.kubernetes.io/managed-by": "slipway", "slipway.dev/environment": .string(environment),
            ]
        }
        return object
    }

    static func make(_ namespaces: [String], in cluster: TestCluster) async throws {
        for name in namespaces {
            _ = try await cluster.client.apply(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
            _ = try await cluster.client.apply(object("ConfigMap", "of-\(name)", in: name, of: name))
        }
    }

    @Test func twoEnvironmentsOfANamespaceShareAWatch() async throws {
        try await TestCluster.run { cluster in
            try await Self.make(["one"], in: cluster)
            let watching = try Watching(cluster.local.kubeconfigPath)
            defer { watching.cache.stop() }
            let scope = Self.managed("one")
            watching.cache.follow([scope], for: "a") {}
            watching.cache.follow([scope], for: "b") {}
            try await eventually("it is read") { watching.names(scope) == ["of-one"] }
            #expect(watching.cache.watchCount == 1)
            #expect(watching.asked == ["/api/v1/namespaces/one/configmaps"])
            watching.cache.follow([], for: "a") {}
            #expect(watching.names(scope) == ["of-one"])
            watching.cache.follow([], for: "b") {}
            #expect(watching.cache.watchCount == 0)
        }
    }

    @Test func ofManyNamespacesThereIsOneWatchThatTellsEachItsOwn() async throws {
        try await TestCluster.run { cluster in
            try await Self.make(Self.namespaces, in: cluster)
            let watching = try Watching(cluster.local.kubeconfigPath)
            defer { watching.cache.stop() }
            let told = Counts()
            for name in Self.namespaces { watching.cache.follow([Self.managed(name)], for: name) { told.count(name) } }
            try await eventually("one watch has all") {
                watching.cache.watchCount == 1 && Self.namespaces.allSatisfy { watching.names(Self.managed($0)) == ["of-\($0)"] }
            }
            #expect(watching.asked.contains("/api/v1/configmaps"))
            // In another namespace than its own an Environment is not looked for.
            let before = told.counts
            _ = try await cluster.client.apply(Self.object("ConfigMap", "of-two", in: "two", of: "two", value: "y"))
            try await eventually("its Environment is told") { told.counts["two"] != before["two"] }
            #expect(told.counts["one"] == before["one"] && told.counts["three"] == before["three"])
            let single = "/api/v1/namespaces/one/configmaps"
            let times = watching.asked.filter { $0 == single }.count
            watching.cache.follow([], for: "two") {}
            watching.cache.follow([], for: "three") {}
            try await eventually("one is watched by itself again") { watching.asked.filter { $0 == single }.count > times }
            try await eventually("and nothing else is") {
                watching.cache.watchCount == 1 && watching.names(Self.managed("one")) == ["of-one"]
            }
        }
    }

    @Test func whatOthersHaveIsDroppedOrNotReadAtAll() async throws {
        try await TestCluster.run { cluster in
            try await Self.make(Self.namespaces + ["elsewhere"], in: cluster)
            for name in Self.namespaces { _ = try await cluster.client.apply(Self.object("Pod", "pod-\(name)", in: name)) }
            for number in 1...4 { _ = try await cluster.client.apply(Self.object("Pod", "other-\(number)", in: "elsewhere")) }
            let few = try Watching(cluster.local.kubeconfigPath)
            defer { few.cache.stop() }
            for name in Self.namespaces { few.cache.follow([Self.pods(name)], for: name) {} }
            try await eventually("one watch has the Pods of all") {
                few.cache.watchCount == 1 && Self.namespaces.allSatisfy { few.names(Self.pods($0)) == ["pod-\($0)"] }
            }
            few.cache.follow([Self.pods("elsewhere")], for: "elsewhere") {}
            try await eventually("one more has its own") { few.names(Self.pods("elsewhere"))?.count == 4 }
            #expect(few.asked.contains("/api/v1/namespaces/elsewhere/pods"))
            // Seven Pods are more than three watches are worth at two each.
            let many = try Watching(cluster.local.kubeconfigPath, objectsPerWatch: 2)
            defer { many.cache.stop() }
            for name in Self.namespaces { many.cache.follow([Self.pods(name)], for: name) {} }
            try await eventually("each has its own watch") {
                many.cache.watchCount == 3 && Self.namespaces.allSatisfy { many.names(Self.pods($0)) == ["pod-\($0)"] }
            }
            #expect(!many.asked.contains("/api/v1/pods"), "what is not wanted is counted, and not read")
        }
    }

    @Test func whereOnlyNamespacesAreAllowedTheyAreWatched() async throws {
        try await TestCluster.run { cluster in
            try await Self.make(Self.namespaces + ["slipway"], in: cluster)
            let account: Value = ["kind": "ServiceAccount", "name": "slipway", "namespace": "slipway"]
            _ = try await cluster.client.apply([
                "apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "slipway", "namespace": "slipway"],
            ])
            for name in Self.namespaces {
                _ = try await cluster.client.apply([
                    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                    "metadata": ["name": "slipway", "namespace": .string(name)],
                    "rules": [["apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]]],
                ])
                _ = try await cluster.client.apply([
                    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                    "metadata": ["name": "slipway", "namespace": .string(name)], "subjects": [account],
                    "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "slipway"],
                ])
            }
            let watching = try Watching(try cluster.local.kubeconfig(serviceAccount: "slipway", namespace: "slipway"))
            defer { watching.cache.stop() }
            for name in Self.namespaces { watching.cache.follow([Self.managed(name)], for: name) {} }
            try await eventually("each namespace is watched") {
                watching.cache.watchCount == 3 && Self.namespaces.allSatisfy { watching.names(Self.managed($0)) == ["of-\($0)"] }
            }
            #expect(watching.asked.contains("/api/v1/configmaps"), "it was tried")
            watching.cache.follow([Self.managed("slipway")], for: "slipway") {}
            #expect(watching.asked.filter { $0 == "/api/v1/configmaps" }.count == 1, "and is not tried again for one more")
        }
    }
}
