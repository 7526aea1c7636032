import Manifests

/// What OpenAPI definitions of custom resources say of their fields by kustomize's extensions: which hold labels, annotations,
/// names, and references to other objects.
struct CustomResourceFields {
    private(set) var annotations: [FieldSpec] = []
    private(set) var labels: [FieldSpec] = []
    private(set) var identities: [FieldSpec] = []
    private(set) var references: [NameReference] = []

    /// Definitions may refer to each other in circles.
    private static let maximumDepth = 20

    /// Properties that are looked at: a few definitions that each refer to each other many times would never end.
    private static let maximumProperties = 200_000
    private var looks = 0
    /// There is more than may be looked at or kept.
    private(set) var isTooLarge = false

    init(_ document: Value) {
        guard let definitions = document.object else { return }
        for (name, definition) in definitions {
            guard let properties = Self.properties(definition), ["kind", "apiVersion", "metadata"].allSatisfy({ properties[$0] != nil })
            else { continue }
            let kind = name.split(separator: ".").last.map(String.init) ?? name
            add(properties, kind, [], definitions)
        }
    }

    var isEmpty: Bool { annotations.isEmpty && labels.isEmpty && identities.isEmpty && references.isEmpty }

    private static func properties(_ definition: Value?) -> Object? {
        definition?["Schema"]?["properties"]?.object ?? definition?["schema"]?["properties"]?.object
    }

    private mutating func add(_ properties: Object, _ kind: String, _ path: [String], _ definitions: Object) {
        for (name, property) in properties {
            looks += 1
            let found = annotations.count + labels.count + identities.count + references.count
            if looks > Self.maximumProperties || found > RenderLimits.fieldSpecs { isTooLarge = true }
            if isTooLarge { return }
            let here = path + [name]
            func spec(_ further: [String] = []) -> FieldSpec {
                FieldSpec((here + further).map { $0.split(separatedBy: "/").joined(separator: "\\/") }.joined(separator: "/"), kind: kind)
            }
            if property["x-kubernetes-annotation"] != nil { annotations.append(spec()) }
            if property["x-kubernetes-label-selector"] != nil { labels.append(spec()) }
            if property["x-kubernetes-identity"] != nil { identities.append(spec()) }
            if let version = property["x-kubernetes-object-ref-api-version"]?.string,
                let target = property["x-kubernetes-object-ref-kind"]?.string
            {
                let key = property["x-kubernetes-object-ref-name-key"]?.string ?? "name"
                references.append(NameReference(target: TypeId(version: version, kind: target), referrers: [spec([key])]))
            }
            guard here.count < Self.maximumDepth, let reference = property["$ref"]?.string,
                let below = Self.properties(definitions[reference])
            else { continue }
            add(below, kind, here, definitions)
        }
    }
}
