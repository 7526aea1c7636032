import Manifests

/// Finds the object that one field of one object means, and writes its present name there.
struct ReferenceSearch {
    private let referrer: Resource
    private let referrerId: ResourceId
    private let target: TypeId
    private let resources: ResourceSet
    private let namespaces: NamespaceHistory
    /// Of a `roleRef`: its kind, which a name alone does not tell.
    private let roleType: TypeId?
    /// Namespaces of the service accounts that a RoleBinding names: it may reach out of its own.
    private let subjectNamespaces: Set<String>
    /// Positions of the objects that were found.
    private(set) var found: [Int] = []

    init(
        referrer: Resource, value: Value, target: TypeId, spec: FieldSpec, resources: ResourceSet, namespaces: NamespaceHistory,
        reader: TreeReader
    ) {
        self.referrer = referrer
        referrerId = referrer.id
        self.target = target
        self.resources = resources
        self.namespaces = namespaces
        if spec.path.hasSuffix("roleRef/name"), let group = value["roleRef"]?["apiGroup"]?.string,
            let kind = value["roleRef"]?["kind"]?.string
        {
            roleType = TypeId(group: group, kind: kind)
        } else {
            roleType = nil
        }
        var subjects: Set<String> = []
        if referrer.type.kind == "RoleBinding" {
            for subject in value["subjects"]?.array ?? [] where subject["kind"] == "ServiceAccount" {
                if let namespace = subject["namespace"]?.string { subjects.insert(namespace) }
            }
        }
        subjectNamespaces = subjects
    }

    mutating func rewrite(_ node: inout Value) throws(FieldWalker.Obstacle) {
        switch node {
        case .null: return
        case .array:
            try node.editArray { (elements: inout [Value]) throws(FieldWalker.Obstacle) in
                for position in elements.indices {
                    if elements[position].object != nil {
                        try rewriteMapping(&elements[position])
                    } else {
                        try rewriteScalar(&elements[position])
                    }
                }
            }
        case .object: try rewriteMapping(&node)
        case .bool, .integer, .double, .string: try rewriteScalar(&node)
        }
    }

    private mutating func rewriteScalar(_ node: inout Value) throws(FieldWalker.Obstacle) {
        guard let name = node.scalarText else { return }
        let found = try select(name, among: candidates(named: name)) { $0.name == $1.name }
        guard let found, found.name != name else { return }
        node = .string(found.name)
    }

    /// A reference of name and namespace, as subjects and webhooks have it.
    private mutating func rewriteMapping(_ node: inout Value) throws(FieldWalker.Obstacle) {
        guard let name = node["name"]?.scalarText else {
            throw FieldWalker.Obstacle(keys: [], problem: "there is no name in the mapping that should refer to a \(target.kind)")
        }
        var candidates = candidates(named: name)
        if let namespace = node["namespace"]?.scalarText {
            if originalNamespaceExists(namespace) {
                candidates.removeAll { resources[$0].originalId.namespace != namespace }
            } else {
                candidates.removeAll { resources[$0].id.namespace != namespace }
            }
        }
        let found = try select(name, among: candidates) { $0.name == $1.name && $0.namespace == $1.namespace }
        guard let found, !(found.name == name && found.namespace.isEmpty) else { return }
        node.setMember("name", .string(found.name))
        if !found.namespace.isEmpty { node.setMember("namespace", .string(found.namespace)) }
    }

    private func originalNamespaceExists(_ namespace: String) -> Bool {
        let now = namespaces.now(namespace)
        if now.isEmpty { return false }
        return referrerId.namespace == ResourceId.noNamespace || now.contains(referrerId.namespace)
            || !now.isDisjoint(with: subjectNamespaces)
    }

    /// Objects that were called so, are of the wanted type, and can be reached from the referrer.
    private func candidates(named name: String) -> [Int] {
        resources.indexedPositions(named: name).filter { position in
            let resource = resources[position]
            let previous = resource.previousIds
            guard previous.contains(where: { $0.name == name }), previous.contains(where: { $0.type.isSelected(by: target) }) else {
                return false
            }
            if let roleType, !previous.contains(where: { $0.type.isSelected(by: roleType) }) { return false }
            return isReachable(resource)
        }
    }

    private func isReachable(_ resource: Resource) -> Bool {
        let namespace = resource.id.namespace
        if referrerId.namespace == ResourceId.noNamespace || namespace == ResourceId.noNamespace { return true }
        if namespace == referrerId.namespace { return true }
        return resource.type.kind == "ServiceAccount" && subjectNamespaces.contains(resource.namespace)
    }

    private mutating func select(
        _ name: String, among candidates: [Int], areAlike: (Resource, Resource) -> Bool
    ) throws(FieldWalker.Obstacle) -> Resource? {
        guard let position = try choose(name, candidates, areAlike) else { return nil }
        found.append(position)
        return resources[position]
    }

    private func choose(
        _ name: String, _ candidates: [Int], _ areAlike: (Resource, Resource) -> Bool
    ) throws(FieldWalker.Obstacle) -> Int? {
        if candidates.count <= 1 { return candidates.first }
        let near = candidates.filter { resources[$0].hasAffixes(like: referrer, emptyMatches: true) }
        if near.count == 1 { return near[0] }
        let same = near.filter { resources[$0].hasAffixes(like: referrer, emptyMatches: false) }
        guard let first = same.first else { return nil }
        if same.allSatisfy({ areAlike(resources[$0], resources[first]) }) { return first }
        let choices = same.map { "\(resources[$0].id) of \(resources[$0].source.file)" }.joined(separator: ", ")
        throw FieldWalker.Obstacle(keys: [], problem: "\"\(name)\" can mean more than one object: \(choices)")
    }
}

extension Resource {
    /// Whether both went through the same prefixes and suffixes: then they come from the same overlay.
    func hasAffixes(like other: Resource, emptyMatches: Bool) -> Bool {
        func match(_ own: [String], _ others: [String]) -> Bool {
            if emptyMatches, own.isEmpty || others.isEmpty { return true }
            let (short, long) = own.count <= others.count ? (own, others) : (others, own)
            if short.isEmpty { return long.isEmpty }
            return Array(long.suffix(short.count)) == short
        }
        return match(prefixes, other.prefixes) && match(suffixes, other.suffixes)
    }
}
