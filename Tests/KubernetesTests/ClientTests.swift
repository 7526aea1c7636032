import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct ClientTests {
    static let pod = ObjectIdentity(group: "", kind: "Pod", namespace: "nova", name: "p")

    @Test func readsWhatIsThereAndNilForWhatIsNot() async throws {
        let server = FakeAPIServer()
        server.put("/api/v1/namespaces/nova/pods/p", ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "nova"]])
        let client = server.client()
        #expect(try await client.get(Self.pod)?.name == "p")
        #expect(try await client.get(ObjectIdentity(group: "", kind: "Pod", namespace: "nova", name: "q")) == nil)
    }

    @Test func plainDiscoveryServesTheSameKinds() async throws {
        let server = FakeAPIServer()
        server.state.withLock { $0.isPlainDiscovery = true }
        let resource = try await server.client().resource(GroupKind(group: "apps", kind: "Deployment"))
        #expect(resource.plural == "deployments")
        #expect(resource.isNamespaced)
        #expect(resource.apiVersion == "apps/v1")
    }

    @Test func discoveryIsFetchedOnceAndAgainForAnUnknownKind() async throws {
        let server = FakeAPIServer()
        let client = server.client()
        _ = try await client.resource(GroupKind(group: "", kind: "Pod"))
        _ = try await client.resource(GroupKind(group: "", kind: "Secret"))
        #expect(server.requests.count == 2)  // /api and /apis
        server.state.withLock {
            $0.kinds.append(.init(group: "x.dev", version: "v1", kind: "Thing", plural: "things", isNamespaced: true))
            $0.elapsed += .seconds(10)
        }
        #expect(try await client.resource(GroupKind(group: "x.dev", kind: "Thing")).plural == "things")
        #expect(server.requests.count == 4)
    }

    @Test func anUnknownKindNamesTheNearest() async throws {
        let client = FakeAPIServer().client()
        let error = await #expect(throws: KubernetesError.self) { try await client.resource(GroupKind(group: "apps", kind: "Deploiment")) }
        #expect(error?.message == "the cluster has no kind Deploiment.apps; did you mean Deployment.apps?")
        let group = await #expect(throws: KubernetesError.self) {
            try await client.resource(GroupKind(group: "extensions", kind: "Deployment"))
        }
        #expect(group?.code == .unknownKind(nearest: "Deployment.apps"))
        let version = await #expect(throws: KubernetesError.self) {
            try await client.resource(GroupKind(group: "apps", kind: "Deployment"), version: "v1beta1")
        }
        #expect(version?.message == "the cluster does not serve Deployment in version apps/v1beta1, but in apps/v1")
    }

    @Test func listsArePagedAndTyped() async throws {
        let server = FakeAPIServer()
        for number in 0..<5 {
            server.put(
                "/api/v1/namespaces/nova/configmaps/c\(number)",
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string("c\(number)"), "namespace": "nova"]])
        }
        var limits = KubernetesLimits()
        limits.listPageSize = 2
        let items = try await server.client(limits: limits).list(GroupKind(group: "", kind: "ConfigMap"), namespace: "nova")
        #expect(items.map(\.name) == ["c0", "c1", "c2", "c3", "c4"])
        #expect(items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
        #expect(server.requests.filter { $0.url.contains("limit=2") }.count == 3)
    }

    @Test func aListThatExpiresBeginsAgainOnce() async throws {
        let failed = Atomic(false)
        let server = FakeAPIServer { _, request in
            guard request.url.contains("limit="), !failed.exchange(true, ordering: .relaxed) else { return nil }
            return .status(410, body: ["kind": "Status", "reason": "Expired", "message": "too old", "code": 410])
        }
        #expect(try await server.client().list(GroupKind(group: "", kind: "Pod"), namespace: "nova").isEmpty)
    }

    @Test func transientFailuresAreTriedAgain() async throws {
        let server = FakeAPIServer { number, request in
            guard request.url.contains("/pods/") else { return nil }
            return number < 5 ? .status(503) : nil
        }
        #expect(try await server.client().get(Self.pod) == nil)
        #expect(server.requests.filter { $0.url.contains("/pods/") }.count == 3)
    }

    @Test func retryAfterIsWaitedForAndALongOneIsTold() async throws {
        let server = FakeAPIServer { number, request in
            request.url.contains("/pods/") && number < 4 ? .status(429, retryAfter: "7") : nil
        }
        _ = try await server.client().get(Self.pod)
        #expect(server.state.withLock { $0.elapsed } >= .seconds(7))

        let busy = FakeAPIServer { _, request in request.url.contains("/pods/") ? .status(429, retryAfter: "600") : nil }
        let error = await #expect(throws: KubernetesError.self) { try await busy.client().get(Self.pod) }
        #expect(error?.code == .tooManyRequests(retryAfterSeconds: 600))
        #expect(error?.isTransient == true)
    }

    @Test func anOutageEndsAtTheDeadlineAndIsTransient() async throws {
        let server = FakeAPIServer { _, _ in .lostBefore }
        let error = await #expect(throws: KubernetesError.self) { try await server.client().get(Self.pod) }
        #expect(error?.code == .unreachable)
        #expect(error?.isTransient == true)
        #expect(error?.message.contains("(tried 6 times)") == true)
        #expect(server.state.withLock { $0.elapsed } < .seconds(30))
    }

    @Test func aCreateThatMayHaveHappenedIsNotSentAgain() async throws {
        let server = FakeAPIServer { _, request in request.method == "POST" ? .lostAfter : nil }
        server.put("/api/v1/namespaces/nova", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "nova"]])
        let object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "nova"]]
        await #expect(throws: KubernetesError.self) { try await server.client().create(object) }
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        #expect(server.object("/api/v1/namespaces/nova/configmaps/a") != nil)
    }

    @Test func aTokenFileIsReadAgainAfterA401() async throws {
        let token = Mutex("old")
        let server = FakeAPIServer { _, request in
            request.headers.values(of: "Authorization") == ["Bearer new"] ? nil : .status(401)
        }
        let reader = FileReader { _ throws(FileReaderError) in Array(token.withLock { $0 }.utf8) }
        let access = ClusterAccess(server: "https://fake:6443", token: .file("/token"), origin: "test")
        let client = KubernetesClient(access: access, environment: server.environment, reader: reader)
        let error = await #expect(throws: KubernetesError.self) { try await client.get(Self.pod) }
        #expect(error?.code == .unauthorized)
        token.withLock { $0 = "new" }
        #expect(try await client.get(Self.pod) == nil)
    }

    @Test func secretValuesAreNeverInAnError() async throws {
        let server = FakeAPIServer()
        server.put("/api/v1/namespaces/nova", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "nova"]])
        let secret: Value = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s", "namespace": "nova"], "data": ["invalid": "hunter2-canary"],
        ]
        let error = await #expect(throws: KubernetesError.self) { try await server.client().apply(secret) }
        let text = String(describing: error)
        #expect(!text.contains("hunter2"))
        #expect(
            error?.message
                == "cannot apply Secret nova/s: Invalid (HTTP status 422) at data.invalid; the API server's words are withheld, since they may repeat a secret value"
        )
        var other = secret
        other["kind"] = "ConfigMap"
        let told = await #expect(throws: KubernetesError.self) { try await server.client().apply(other) }
        #expect(told?.message.contains("Invalid value: hunter2-canary") == true)
    }

    @Test func conflictsNameFieldAndManager() async throws {
        let server = FakeAPIServer()
        server.put("/api/v1/namespaces/nova", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "nova"]])
        server.put(
            "/apis/apps/v1/namespaces/nova/deployments/web",
            ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "nova"], "spec": ["replicas": 5]],
            manager: "kubectl")
        let ours: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "nova"], "spec": ["replicas": 3],
        ]
        let error = await #expect(throws: KubernetesError.self) { try await server.client().apply(ours) }
        #expect(
            error?.code
                == .conflict([ApplyConflict(field: ".spec.replicas", manager: "kubectl", message: "conflict with \"kubectl\" using v1")]))
        let forced = try await server.client().apply(ours, ApplyOptions(force: true))
        #expect(forced["spec", "replicas"] == 3)
    }

    @Test(arguments: ["..", "a/b", "", "a%2fb"])
    func namesThatAreNoSegmentsAreRefused(name: String) async {
        let client = FakeAPIServer().client()
        let error = await #expect(throws: KubernetesError.self) {
            try await client.get(ObjectIdentity(group: "", kind: "Pod", namespace: "nova", name: name))
        }
        #expect(error?.code == .badRequest)
    }

    @Test func namesAreEncoded() throws {
        #expect(PathEncoding.encode("system:node a?b#c") == "system%3Anode%20a%3Fb%23c")
    }

    @Test func proxyGivesTheServicesAnswerAndTheAPIServersError() async throws {
        let server = FakeAPIServer { _, request in
            if request.url.contains("svc:http/proxy/api/v1/health?x=1") { return .status(503, body: ["status": "down"]) }
            if request.url.contains("/proxy/") {
                return .status(
                    503,
                    body: ["kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no endpoints available", "code": 503])
            }
            return nil
        }
        let client = server.client()
        let answer = try await client.serviceProxy(namespace: "nova", service: "svc", port: "http", path: "/api/v1/health?x=1")
        #expect(answer.status == 503)
        #expect(server.requests.count == 1)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.serviceProxy(namespace: "nova", service: "other", port: "80", scheme: "https", path: "/")
        }
        #expect(error?.message == "cannot reach Service nova/other port 80: no endpoints available")
        #expect(server.requests.last?.url == "https://fake:6443/api/v1/namespaces/nova/services/https:other:80/proxy/")
    }
}
