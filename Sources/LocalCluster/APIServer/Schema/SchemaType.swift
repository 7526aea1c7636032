internal import Manifests

/// What the API knows of one structure: the fields it may have and how each of them is read, filled in and merged.
struct SchemaType: Sendable {
    let name: String
    /// The OpenAPI package, such as `io.k8s.api.apps.v1`.
    let package: String
    /// Owned and replaced as a whole by server-side apply.
    let isAtomic: Bool
    let fields: [SchemaField]
    private let index: [String: Int]

    init(name: String, package: String, isAtomic: Bool, fields: [SchemaField]) {
        self.name = name
        self.package = package
        self.isAtomic = isAtomic
        self.fields = fields
        index = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ field: String) -> SchemaField? { index[field].map { fields[$0] } }

    var openAPIName: String { "\(package).\(name)" }
}

struct SchemaField: Sendable {
    let name: String
    let type: FieldType
    var isRequired = false
    /// Left out when false, zero or empty.
    var omitsZero = false
    var isKept = false
    var defaultValue: Value?
    var allowed: [String] = []
    var isAtomic = false
    var isSet = false
    var mapKeys: [String] = []
    var patchKey: String?
    var retainsKeys = false
}

indirect enum FieldType: Sendable, Hashable {
    case string, int, bool, number, quantity, intOrString, time, microTime, bytes, any
    case structure(String)
    case list(FieldType)
    case map(FieldType)
}

/// All structures of the served kinds.
enum Schema {
    static let types: [String: SchemaType] = {
        let texts = [SchemaText.meta, SchemaText.core, SchemaText.pods, SchemaText.workloads, SchemaText.others, SchemaText.extensions]
        return Dictionary(texts.flatMap { SchemaReader.read($0) }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// The structure of a kind as it is served under `group/version`; nil when it is not described here.
    static func type(group: String, version: String, kind: String) -> SchemaType? {
        switch (group, version, kind) {
        case ("autoscaling", "v1", "HorizontalPodAutoscaler"): types["AutoscalingV1HorizontalPodAutoscaler"]
        case ("events.k8s.io", _, "Event"): types["EventsV1Event"]
        default: types[kind]
        }
    }

    static func type(_ resource: ResourceType) -> SchemaType? {
        if resource.custom != nil { return nil }
        return type(group: resource.group, version: resource.version, kind: resource.kind)
    }
}
