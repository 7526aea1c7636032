import HTTPTransport
import Kubernetes
import Manifests
import Synchronization

/// An API server in memory, as far as an apply engine can tell: discovery, reads, lists by label, server-side apply with owners and
/// conflicts, deletes with preconditions and finalizers. Time only passes when somebody sleeps, and each request can be made to fail.
final class FakeAPIServer: Sendable {
    enum Fault: Sendable {
        case lostBefore, lostAfter, tls
        case status(Int, retryAfter: String? = nil, body: Value? = nil)
    }

    struct Kind: Sendable {
        var group: String, version: String, kind: String, plural: String, isNamespaced: Bool
    }

    struct State: Sendable {
        var kinds: [Kind]
        var objects: [String: Value] = [:]
        /// Path, manager, fields: what each manager set.
        var owned: [String: [String: [[String]: Value]]] = [:]
        var version = 100
        var requests: [HTTPRequest] = []
        var elapsed = Duration.zero
        var isPlainDiscovery = false
        /// `verb resource namespace`, as a SelfSubjectAccessReview asks.
        var denied: Set<String> = []
    }

    let state: Mutex<State>
    private let fault: @Sendable (_ number: Int, _ request: HTTPRequest) -> Fault?
    private let start = ContinuousClock.now

    init(fault: @escaping @Sendable (Int, HTTPRequest) -> Fault? = { _, _ in nil }) {
        state = Mutex(State(kinds: Self.builtIn))
        self.fault = fault
    }

    /// The same cluster with other faults.
    init(continuing other: FakeAPIServer, fault: @escaping @Sendable (Int, HTTPRequest) -> Fault? = { _, _ in nil }) {
        var copy = other.state.withLock { $0 }
        copy.requests = []
        state = Mutex(copy)
        self.fault = fault
    }

    static let builtIn = [
        Kind(group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false),
        Kind(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", isNamespaced: true),
        Kind(group: "", version: "v1", kind: "Secret", plural: "secrets", isNamespaced: true),
        Kind(group: "", version: "v1", kind: "Service", plural: "services", isNamespaced: true),
        Kind(group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true),
        Kind(group: "", version: "v1", kind: "Event", plural: "events", isNamespaced: true),
        Kind(group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", isNamespaced: true),
        Kind(group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases", isNamespaced: true),
        Kind(group: "apps", version: "v1", kind: "Deployment", plural: "deployments", isNamespaced: true),
        Kind(group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets", isNamespaced: true),
        Kind(group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers", isNamespaced: true),
        Kind(
            group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition", plural: "customresourcedefinitions",
            isNamespaced: false
        ),
    ]

    func client(
        _ access: ClusterAccess = ClusterAccess(server: "https://fake:6443", origin: "test"), limits: KubernetesLimits = KubernetesLimits(),
        fence: WriteFence? = nil
    ) -> KubernetesClient {
        KubernetesClient(access: access, environment: environment, limits: limits, fence: fence)
    }

    var environment: ClientEnvironment {
        ClientEnvironment(
            send: { request throws(HTTPError) in try self.answer(request) },
            stream: { _ throws(HTTPError) in throw HTTPError(code: .protocolError, message: "the fake has no streams") },
            now: { self.start + self.state.withLock { $0.elapsed } }, sleep: { pause in self.state.withLock { $0.elapsed += pause } },
            random: { 0.5 })
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var writes: [String] {
        requests.filter { $0.method != "GET" && !$0.url.contains("dryRun") }.map { "\($0.method) \(Self.path($0.url))" }
    }

    func object(_ path: String) -> Value? { state.withLock { $0.objects[path] } }
    /// What a cache that watches everything would know.
    var view: ClusterView { ClusterView(state.withLock { Array($0.objects.values) }) }
    var paths: [String] { state.withLock { $0.objects.keys.sorted() } }

    /// Puts an object there as another manager would, who then owns the fields named, or all.
    func put(_ path: String, _ object: Value, manager: String = "kubectl-client-side-apply", owning fields: Set<[String]>? = nil) {
        state.withLock { state in
            var object = object
            state.stamp(&object, over: state.objects[path], path: path)
            state.objects[path] = object
            for (field, value) in State.leaves(object) where fields?.contains(field) ?? true {
                for other in (state.owned[path] ?? [:]).keys where other != manager { state.owned[path]?[other]?[field] = nil }
                state.owned[path, default: [:]][manager, default: [:]][field] = value
            }
        }
    }

    func remove(_ path: String) {
        state.withLock { state in
            state.objects[path] = nil
            state.owned[path] = nil
        }
    }

    static func path(_ url: String) -> String {
        String(url.dropFirst("https://fake:6443".count).prefix { $0 != "?" })
    }

    private func answer(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        switch fault(number, request) {
        case nil: return state.withLock { $0.handle(request) }
        case .lostBefore: throw HTTPError(code: .connectionFailed, message: "connection refused")
        case .tls: throw HTTPError(code: .tls, message: "the server refused the TLS session")
        case .lostAfter:
            _ = state.withLock { $0.handle(request) }
            throw HTTPError(code: .connectionFailed, message: "connection reset")
        case .status(let status, let retryAfter, let body):
            var headers: HTTPHeaders = [:]
            if let retryAfter { headers.append("Retry-After", retryAfter) }
            return HTTPResponse(status: status, headers: headers, body: body.map { JSON.bytes($0) } ?? [])
        }
    }
}
