import Manifests

/// What one kustomization and those below it have gathered so far.
struct Accumulator {
    var resources = ResourceSet()
    var configuration = TransformerConfiguration.standard
    var variables: [VariableRule] = []

    /// Adds an object of which there may be only one.
    mutating func append(_ resource: Resource, _ reader: TreeReader) throws(RenderError) {
        if let position = resources.positions(currentId: resource.id).first {
            let other = resources[position].source.file
            throw reader.error(
                .duplicateObject, "\(resource.id) of \(resource.source.file) is already there, from \(other)", resource,
                at: [.key("metadata"), .key("name")], hint: "change one of them by a patch, or give them different names")
        }
        resources.append(unchecked: resource)
        if resources.count > reader.limits.objects {
            throw reader.error(.limitExceeded, "there are more than \(reader.limits.objects) objects", resource)
        }
    }

    /// Takes in what a base has gathered.
    mutating func merge(_ other: Accumulator, named entry: Located<String>, _ reader: TreeReader) throws(RenderError) {
        for position in other.resources.indices { try append(other.resources[position], reader) }
        do throws(TransformerConfiguration.Conflict) {
            try configuration.merge(other.configuration)
        } catch {
            throw entry.error(
                .invalidConfiguration,
                "\(entry.content) configures \(error.spec.path) with another create than the kustomizations before it")
        }
        try add(other.variables)
    }

    mutating func add(_ rules: [VariableRule]) throws(RenderError) {
        for rule in rules {
            if variables.contains(where: { $0.name == rule.name }) {
                throw rule.place.error(.invalidVariable, "the variable \(rule.name) is defined twice")
            }
            variables.append(rule)
        }
    }

    /// Adds a generated object, or changes with it one that is there, as its behaviour says.
    mutating func absorb(_ generated: Resource, _ reader: TreeReader) throws(RenderError) {
        let found = resources.positions(anyId: generated.id)
        if found.count > 1 {
            throw reader.error(.ambiguousReference, "\(found.count) objects are or were called \(generated.id)", generated)
        }
        guard let position = found.first else {
            if generated.behavior == .merge || generated.behavior == .replace {
                throw reader.error(
                    .invalidGenerator, "\(generated.id) is not there to \(generated.behavior == .merge ? "merge with" : "be replaced")",
                    generated, at: [.key("behavior")])
            }
            return try append(generated, reader)
        }
        let old = resources[position]
        switch generated.behavior {
        case .merge, .replace: break
        case .create, nil:
            throw reader.error(
                .duplicateObject, "\(generated.id) is already there, from \(old.source.file)", generated,
                hint: "set behavior: merge or replace")
        }
        resources.replace(at: position, with: Self.combine(generated, over: old))
    }

    private static func combine(_ generated: Resource, over old: Resource) -> Resource {
        var result = generated
        for field in ["labels", "annotations"] {
            let merged = merge(generated.value["metadata"]?[field], over: old.value["metadata"]?[field])
            result.value.editMember("metadata") { $0.setMember(field, merged) }
        }
        result.setName(old.name)
        result.setNamespace(old.namespace)
        result.takeHistory(of: old)
        result.variables = old.variables
        result.needsHash = generated.needsHash
        if generated.behavior == .merge {
            result.provenance = old.provenance
            result.source = old.source
            for field in ["data", "binaryData"] {
                result.value.setMember(field, merge(generated.value[field], over: old.value[field]))
            }
        }
        return result
    }

    private static func merge(_ new: Value?, over old: Value?) -> Value? {
        guard let old = old?.object, !old.isEmpty else { return new }
        var merged = old
        for (key, value) in new?.object ?? Object() { merged[key] = value }
        return .object(merged)
    }
}
