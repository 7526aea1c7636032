import Manifests

/// Finds the object that one field of one object means, and writes its present name there.
struct ReferenceSearch {
    private let referrer: ReferenceDirectory.Entry
    private let target: TypeId
    private let directory: ReferenceDirectory
    /// Of a `roleRef`: its kind, which a name alone does not tell.
    private let roleType: TypeId?
    /// Namespaces of the service accounts that a RoleBinding names: it may reach out of its own.
    private let subjectNamespaces: Set<String>

    init(referrer position: Int, value: Value, target: TypeId, spec: FieldSpec, directory: ReferenceDirectory) {
        referrer = directory.entries[position]
        self.target = target
        self.directory = directory
        if spec.path.hasSuffix("roleRef/name"), let group = value["roleRef"]?["apiGroup"]?.string,
            let kind = value["roleRef"]?["kind"]?.string
        {
            roleType = TypeId(group: group, kind: kind)
        } else {
            roleType = nil
        }
        var subjects: Set<String> = []
        if referrer.id.type.kind == "RoleBinding" {
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
        let found = try select(name, among: candidates(named: name)) { $0.id.name == $1.id.name }
        guard let found, found.id.name != name else { return }
        node = .string(found.id.name)
    }

    /// A reference of name and namespace, as subjects and webhooks have it.
    private mutating func rewriteMapping(_ node: inout Value) throws(FieldWalker.Obstacle) {
        guard let name = node["name"]?.scalarText else {
            throw FieldWalker.Obstacle(keys: [], problem: "there is no name in the mapping that should refer to a \(target.kind)")
        }
        var candidates = candidates(named: name)
        if let namespace = node["namespace"]?.scalarText {
            if originalNamespaceExists(namespace) {
                candidates.removeAll { directory.entries[$0].originalNamespace != namespace }
            } else {
                candidates.removeAll { directory.entries[$0].id.namespace != namespace }
            }
        }
        let found = try select(name, among: candidates) { left, right in
            left.id.name == right.id.name && left.namespace == right.namespace
        }
        guard let found, !(found.id.name == name && found.namespace.isEmpty) else { return }
        node.setMember("name", .string(found.id.name))
        if !found.namespace.isEmpty { node.setMember("namespace", .string(found.namespace)) }
    }

    private func originalNamespaceExists(_ namespace: String) -> Bool {
        let now = directory.namespaces(formerly: namespace)
        if now.isEmpty { return false }
        return referrer.id.namespace == ResourceId.noNamespace || now.contains(referrer.id.namespace)
            || !now.isDisjoint(with: subjectNamespaces)
    }

    /// Objects that were called so, are of the wanted type, and can be reached from the referrer.
    private func candidates(named name: String) -> [Int] {
        directory.positions(formerlyNamed: name).filter { position in
            let entry = directory.entries[position]
            guard entry.previous.contains(where: { $0.type.isSelected(by: target) }) else { return false }
            if let roleType, !entry.previous.contains(where: { $0.type.isSelected(by: roleType) }) { return false }
            return isReachable(entry)
        }
    }

    private func isReachable(_ entry: ReferenceDirectory.Entry) -> Bool {
        let namespace = entry.id.namespace
        if referrer.id.namespace == ResourceId.noNamespace || namespace == ResourceId.noNamespace { return true }
        if namespace == referrer.id.namespace { return true }
        return entry.id.type.kind == "ServiceAccount" && subjectNamespaces.contains(entry.namespace)
    }

    private mutating func select(
        _ name: String, among candidates: [Int], areAlike: (ReferenceDirectory.Entry, ReferenceDirectory.Entry) -> Bool
    ) throws(FieldWalker.Obstacle) -> ReferenceDirectory.Entry? {
        guard let position = try choose(name, candidates, areAlike) else { return nil }
        return directory.entries[position]
    }

    private func choose(
        _ name: String, _ candidates: [Int], _ areAlike: (ReferenceDirectory.Entry, ReferenceDirectory.Entry) -> Bool
    ) throws(FieldWalker.Obstacle) -> Int? {
        if candidates.count <= 1 { return candidates.first }
        let entries = directory.entries
        let near = candidates.filter { entries[$0].hasAffixes(like: referrer, emptyMatches: true) }
        if near.count == 1 { return near[0] }
        let same = near.filter { entries[$0].hasAffixes(like: referrer, emptyMatches: false) }
        guard let first = same.first else { return nil }
        if same.allSatisfy({ areAlike(entries[$0], entries[first]) }) { return first }
        let choices = same.map { "\(entries[$0].id) of \(entries[$0].file)" }.joined(separator: ", ")
        throw FieldWalker.Obstacle(keys: [], problem: "\"\(name)\" can mean more than one object: \(choices)")
    }
}
