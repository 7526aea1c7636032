import Manifests

/// Replaces `$(NAME)` of the deprecated `vars` by the fields that they name.
struct VariableResolver {
    let rules: [VariableRule]
    let fields: FieldSpecTable

    /// Notes at the objects of a kustomization which variables read them: later their names may change, and be no longer unique.
    static func bind(_ rules: [VariableRule], _ resources: inout ResourceSet) throws(RenderError) {
        for rule in rules {
            let id = ResourceId(type: rule.object.type, name: rule.object.name, namespace: rule.object.namespace)
            let anyNamespace = rule.object.namespace.isEmpty && !rule.object.type.isClusterScoped
            let found = resources.positions(named: rule.object.name).filter { position in
                resources[position].allIds.contains { other in
                    other.name == id.name && other.type == id.type && (anyNamespace || other.namespace == id.namespace)
                }
            }
            if found.count > 1 {
                throw rule.place.error(
                    .invalidVariable, "the variable \(rule.name) can mean \(found.count) objects called \(rule.object.name)",
                    hint: "add the namespace to its objref")
            }
            for position in found { resources.edit(position) { $0.variables.append(rule.name) } }
        }
    }

    func resolve(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        if rules.isEmpty { return }
        let values = try values(resources)
        var fields = fields
        for position in resources.indices {
            let specs = fields.specs(for: resources[position].type)
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                for spec in specs {
                    do throws(FieldWalker.Obstacle) {
                        try FieldWalker(spec, creation: .never).walk(&resource.value) { node throws(FieldWalker.Obstacle) in
                            Self.expand(&node, values)
                        }
                    } catch {
                        throw reader.error(
                            .invalidVariable, "\(resource.id): \(spec.path): \(error.problem)", resource, at: error.keys.map { .key($0) })
                    }
                }
                resource.readIdentity()
            }
        }
    }

    private func values(_ resources: ResourceSet) throws(RenderError) -> [String: Value] {
        var readers: [String: Int] = [:]
        for position in resources.indices {
            for name in resources[position].variables where readers[name] == nil { readers[name] = position }
        }
        var values: [String: Value] = [:]
        for rule in rules {
            guard let position = readers[rule.name] else {
                throw rule.place.error(
                    .invalidVariable, "the variable \(rule.name) reads \(rule.object.type.kind) \(rule.object.name), which is not there")
            }
            // `spec.ports[0].port` is written here where replacements have `spec.ports.0.port`.
            let path = rule.fieldPath.split(separatedBy: "[").joined(separator: ".").split(separatedBy: "]").joined()
            guard let value = FieldQuery(path).value(in: resources[position].value), !value.isCollection, !value.isNull else {
                throw rule.place.error(
                    .invalidVariable, "the variable \(rule.name): \(resources[position].id) has no \(rule.fieldPath)")
            }
            values[rule.name] = value
        }
        return values
    }

    private static func expand(_ node: inout Value, _ values: [String: Value]) {
        switch node {
        case .string(let text): node = expand(text, values)
        case .array:
            node.editArray { elements in
                for position in elements.indices {
                    if let text = elements[position].string { elements[position] = expand(text, values) }
                }
            }
        case .object:
            node.editObject { object in
                for key in object.keys {
                    if let text = object[key]?.string { object[key] = expand(text, values) }
                }
            }
        case .null, .bool, .integer, .double: return
        }
    }

    /// `$$` stands for `$`; a name that is not known is left as it is. A text that is one reference takes the type of its value.
    private static func expand(_ text: String, _ values: [String: Value]) -> Value {
        guard text.contains("$") else { return .string(text) }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let after = rest[rest.index(after: dollar)...]
            if after.first == "$" {
                result += "$"
                rest = after.dropFirst()
            } else if after.first == "(", let close = after.firstIndex(of: ")") {
                let name = String(after[after.index(after: after.startIndex)..<close])
                let following = after[after.index(after: close)...]
                if let value = values[name] {
                    if dollar == text.startIndex && following.isEmpty { return value }
                    result += value.scalarText ?? ""
                } else {
                    result += "$(\(name))"
                }
                rest = following
            } else {
                result += "$"
                rest = after
            }
        }
        return .string(result + rest)
    }
}
