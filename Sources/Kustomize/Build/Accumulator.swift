import Manifests

/// What one kustomization and those below it have gathered so far.
struct Accumulator {
    var resources = ResourceSet()
    /// `nil` until the first kustomization brings one.
    private var known: TransformerConfiguration?
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
        try configure(other.configuration, named: entry)
        variables = try Self.joined(variables, other.variables)
    }

    /// Gives the objects away: a second holder would make every later edit of them a copy.
    mutating func takeResources() -> ResourceSet {
        defer { resources = ResourceSet() }
        return resources
    }

    var configuration: TransformerConfiguration { known ?? .standard }

    /// Takes in the configuration of a kustomization, or of a base.
    mutating func configure(_ new: TransformerConfiguration, named entry: Located<String>) throws(RenderError) {
        guard known != nil || new.isCustom else {
            known = new
            return
        }
        do throws(TransformerConfiguration.Conflict) {
            var merged = known ?? .empty
            try merged.merge(new)
            known = merged
        } catch {
            throw entry.error(
                .invalidConfiguration, "\(error.spec.path) is configured both with and without create", hint: "see \(entry.content)")
        }
    }

    /// Adds variables, and ties them to the objects that they mean now.
    mutating func add(_ rules: [VariableRule]) throws(RenderError) {
        try VariableResolver.bind(rules, &resources)
        variables = try Self.joined(variables, rules)
    }

    private static func joined(_ known: [VariableRule], _ rules: [VariableRule]) throws(RenderError) -> [VariableRule] {
        var names = Set(known.map(\.name))
        for rule in rules where !names.insert(rule.name).inserted {
            throw rule.place.error(.invalidVariable, "the variable \(rule.name) is defined twice")
        }
        return known + rules
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
