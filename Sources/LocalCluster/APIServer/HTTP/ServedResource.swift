internal import Manifests

/// A resource as a path names it: a version of a stored type.
struct ServedResource: Sendable {
    /// What is spelled in the path and on the wire.
    let type: ResourceType
    /// What is stored.
    let storage: ResourceType
    private let toStorage: @Sendable (Value) -> Value
    private let fromStorage: @Sendable (Value) -> Value

    init(_ type: ResourceType) {
        self.type = type
        storage = type
        toStorage = { $0 }
        fromStorage = { $0 }
    }

    init(
        _ type: ResourceType, storedAs storage: ResourceType, toStorage: @escaping @Sendable (Value) -> Value,
        fromStorage: @escaping @Sendable (Value) -> Value
    ) {
        self.type = type
        self.storage = storage
        self.toStorage = toStorage
        self.fromStorage = fromStorage
    }

    func stored(_ object: Value) -> Value { toStorage(object) }
    func served(_ object: Value) -> Value { fromStorage(object) }

    var verbs: [String] { ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] }
}

/// Everything that can be asked for by path.
struct ResourceCatalog: Sendable {
    let resources: [ServedResource]
    private let index: [String: ServedResource]

    static let builtIn = ResourceCatalog(
        ResourceType.builtIn.map { ServedResource($0) } + [EventConversion.served, AutoscalerConversion.served])

    init(_ resources: [ServedResource]) {
        self.resources = resources
        index = Dictionary(
            resources.map { (Self.key($0.type.group, $0.type.version, $0.type.plural), $0) }, uniquingKeysWith: { first, _ in first })
    }

    func resource(group: String, version: String, plural: String) -> ServedResource? { index[Self.key(group, version, plural)] }

    /// Groups in the order in which they are listed, each with its versions, the preferred first.
    var groups: [(name: String, versions: [String])] {
        var result: [(name: String, versions: [String])] = []
        for type in resources.map(\.type) + VirtualResource.all.map(\.type) {
            if let at = result.firstIndex(where: { $0.name == type.group }) {
                if !result[at].versions.contains(type.version) { result[at].versions.append(type.version) }
            } else {
                result.append((type.group, [type.version]))
            }
        }
        return result
    }

    func resources(group: String, version: String) -> [ServedResource] {
        resources.filter { $0.type.group == group && $0.type.version == version }
    }

    private static func key(_ group: String, _ version: String, _ plural: String) -> String { "\(group)/\(version)/\(plural)" }
}

/// Resources that are answered and not stored: reviews, and what is measured.
struct VirtualResource: Sendable {
    let type: ResourceType
    let verbs: [String]

    private static func review(_ group: String, _ plural: String, _ kind: String, namespaced: Bool = false) -> VirtualResource {
        VirtualResource(
            type: ResourceType(group: group, version: "v1", plural: plural, kind: kind, namespaced: namespaced), verbs: ["create"])
    }

    static let all: [VirtualResource] = [
        review("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
        review("authentication.k8s.io", "tokenreviews", "TokenReview"),
        review("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", namespaced: true),
        review("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        review("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        review("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview"),
        VirtualResource(
            type: ResourceType(group: "metrics.k8s.io", version: "v1beta1", plural: "nodes", kind: "NodeMetrics", namespaced: false),
            verbs: ["get", "list"]),
        VirtualResource(
            type: ResourceType(group: "metrics.k8s.io", version: "v1beta1", plural: "pods", kind: "PodMetrics"), verbs: ["get", "list"]),
        // Only for its group: what there is depends on the Pods, and has names of its own.
        VirtualResource(
            type: ResourceType(
                group: CustomMetricsHandler.group, version: CustomMetricsHandler.version, plural: "pods", kind: "MetricValueList"),
            verbs: []),
    ]
}
