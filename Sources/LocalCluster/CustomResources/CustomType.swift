package import Manifests

/// What a `ResourceType` of a custom resource carries with it: its definition, and the version whose rules hold.
struct CustomType: Sendable {
    let definition: CustomDefinition
    let version: CustomDefinition.Version
}

extension ResourceType {
    /// The type in which the objects of a CustomResourceDefinition are stored; nil when it has no version to store.
    ///
    /// - Parameter crd: the definition as an object, as it lies in the store.
    package static func custom(_ crd: Value) -> ResourceType? {
        guard let definition = CustomDefinition(crd), let storage = definition.storageVersion else { return nil }
        return ResourceType(definition, spelled: storage.name, rules: storage)
    }

    /// - Parameters:
    ///   - spelled: the version in `apiVersion`.
    ///   - rules: the version whose schema, columns and subresources hold.
    fileprivate init(_ definition: CustomDefinition, spelled: String, rules: CustomDefinition.Version) {
        self.init(
            group: definition.group, version: spelled, plural: definition.plural, kind: definition.kind,
            namespaced: definition.isNamespaced, shortNames: definition.shortNames, categories: definition.categories,
            hasStatus: rules.hasStatus, hasGeneration: true, hasScale: rules.scale != nil,
            custom: CustomType(definition: definition, version: rules))
    }
}

extension ServedResource {
    /// The versions of a definition that clients may use. Versions differ in `apiVersion` alone (`strategy: None`); what is written is
    /// checked by the rules of the version it is written in.
    static func custom(_ definition: CustomDefinition) -> [ServedResource] {
        guard let storage = definition.storageVersion else { return [] }
        return definition.versions.filter(\.isServed).map { version in
            let type = ResourceType(definition, spelled: version.name, rules: version)
            let stored = Value.string("\(definition.group)/\(storage.name)")
            let served = Value.string(type.apiVersion)
            return ServedResource(
                type, storedAs: ResourceType(definition, spelled: storage.name, rules: version),
                toStorage: { object in
                    var object = object
                    object["apiVersion"] = stored
                    return object
                },
                fromStorage: { object in
                    var object = object
                    object["apiVersion"] = served
                    // A default that was added to the schema shows in objects that are older than it.
                    if version.schema.hasDefaults { version.schema.fillDefaults(&object) }
                    return object
                })
        }
    }
}
