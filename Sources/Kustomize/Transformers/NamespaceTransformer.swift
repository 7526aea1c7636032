import Manifests

/// Puts every object that has a namespace into one.
struct NamespaceTransformer: Transformer {
    /// Which subjects of role bindings follow.
    enum Subjects: String {
        case named = "defaultOnly"
        case all = "allServiceAccounts"
        case none
    }

    var namespace: String
    var specs: FieldSpecTable
    var subjects = Subjects.named
    /// Leaves alone what has a namespace already.
    var unsetOnly = false

    init(namespace: String, specs: [FieldSpec], subjects: Subjects = .named, unsetOnly: Bool = false) {
        self.namespace = namespace
        // metadata.namespace is for objects of namespaced kinds only, and subjects depend on who is meant: both have code below.
        self.specs = FieldSpecTable(
            specs.filter { spec in
                spec.path != "metadata/namespace" && !(spec.path == "subjects" && Self.isRoleBinding(spec.type.kind))
            })
        self.subjects = subjects
        self.unsetOnly = unsetOnly
    }

    private static func isRoleBinding(_ kind: String) -> Bool { kind == "RoleBinding" || kind == "ClusterRoleBinding" }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        if namespace.isEmpty { return }
        var specs = specs
        for position in resources.indices where !resources[position].isDeleted {
            // What Helm rendered into a namespace of its own choice stays there.
            let isPlaced =
                !resources[position].namespace.isEmpty && resources[position].value.annotations?[BuildAnnotations.helmGenerated] != nil
            if isPlaced { continue }
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                resource.rememberIdentity()
                try move(&resource, specs.specs(for: resource.type), reader)
            }
        }
        try refuseCollisions(resources, reader)
    }

    private func move(_ resource: inout Resource, _ specs: [FieldSpec], _ reader: TreeReader) throws(RenderError) {
        if !resource.type.isClusterScoped, !(unsetOnly && !resource.namespace.isEmpty) { resource.setNamespace(namespace) }
        if Self.isRoleBinding(resource.type.kind) { moveSubjects(&resource) }
        for spec in specs {
            try apply(spec, creation: .scalar, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                switch value {
                case .array, .object: throw FieldWalker.Obstacle(keys: [], problem: "a string is expected, not \(value.typeName)")
                case .null, .bool, .integer, .double, .string: set(&value)
                }
            }
        }
        resource.readIdentity()
    }

    private func set(_ value: inout Value) {
        if unsetOnly, let text = value.scalarText, !text.isEmpty { return }
        value = .string(namespace)
    }

    private func moveSubjects(_ resource: inout Resource) {
        guard subjects != .none, resource.value["subjects"]?.array != nil else { return }
        resource.value.editMember("subjects") { list in
            list.editArray { elements in
                for position in elements.indices {
                    let follows =
                        subjects == .named
                        ? elements[position]["name"] == "default" : elements[position]["kind"] == "ServiceAccount"
                    guard follows else { continue }
                    elements[position].editMember("namespace", default: "") { set(&$0) }
                }
            }
        }
    }

    private func refuseCollisions(_ resources: ResourceSet, _ reader: TreeReader) throws(RenderError) {
        var seen: [ResourceId: Int] = [:]
        seen.reserveCapacity(resources.count)
        for position in resources.indices where !resources[position].isDeleted {
            let resource = resources[position]
            if let other = seen.updateValue(position, forKey: resource.id) {
                throw reader.error(
                    .duplicateObject,
                    "the namespace \(namespace) makes \(resource.id) of \(resource.source.file) the same object as that of "
                        + resources[other].source.file, resource)
            }
        }
    }
}
