/// The structural schemas of CustomResourceDefinitions that come along with the objects that use them.
package struct CustomResourceSchemas: Sendable {
    private var schemas: [OpenAPIDocument.Kind: Value] = [:]
    private var groupKinds: Set<GroupKind> = []

    package init() {}

    /// Takes in an object when it is a CustomResourceDefinition.
    package mutating func add(_ object: Value) {
        guard object.kind == "CustomResourceDefinition", object.group == "apiextensions.k8s.io", let spec = object["spec"],
            let group = spec["group"]?.string, let kind = spec["names"]?["kind"]?.string
        else { return }
        groupKinds.insert(GroupKind(group: group, kind: kind))
        for version in spec["versions"]?.array ?? [] {
            guard let name = version["name"]?.string, version["served"]?.bool != false else { continue }
            // One schema for all versions, as v1beta1 had it.
            let schema = version["schema"]?["openAPIV3Schema"] ?? spec["validation"]?["openAPIV3Schema"]
            schemas[OpenAPIDocument.Kind(group: group, version: name, kind: kind)] = schema ?? [:]
        }
    }

    /// `nil` when no definition describes the kind in this version.
    package func schema(of kind: OpenAPIDocument.Kind) -> Value? { schemas[kind] }

    /// Whether a definition is of this kind, in whatever version.
    package func defines(_ kind: GroupKind) -> Bool { groupKinds.contains(kind) }

    /// The versions in which the definition serves the kind, sorted.
    package func versions(of kind: GroupKind) -> [String] {
        schemas.keys.filter { $0.group == kind.group && $0.kind == kind.kind }.map(\.version).sorted()
    }
}
