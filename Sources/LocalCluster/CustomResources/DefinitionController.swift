internal import Manifests

/// The life of CustomResourceDefinitions: their names are accepted and they are established; when one is deleted, its objects go first.
struct DefinitionController: Reconciler {
    let store: ObjectStore

    let name = "customresource-controller"
    let watched: [ResourceType] = [.customResourceDefinitions]

    /// Holds a definition back until its objects are gone.
    static let finalizer = "customresourcecleanup.apiextensions.k8s.io"
    /// How often is looked whether objects with finalizers of their own are gone.
    private static let cleanupInterval = Duration.milliseconds(200)

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        // Names that one definition gives up another may be waiting for.
        allKeys() + (NamespacedName(object).map { [$0] } ?? [])
    }

    func allKeys() -> [NamespacedName] { store.list(.customResourceDefinitions).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let definition = store.get(.customResourceDefinitions, key) else {
            endWatches(of: key.name)
            return nil
        }
        if definition["metadata"]?["deletionTimestamp"]?.string != nil { return try cleanUp(definition) }
        try store.replaceStatus(.customResourceDefinitions, of: definition, with: status(of: definition))
        return nil
    }

    // MARK: Names

    private func status(of definition: Value) -> Value {
        var status = definition["status"] ?? [:]
        var conditions = ConditionList(status["conditions"]?.array)
        let now = store.environment.now()
        if let (reason, message) = conflict(of: definition) {
            conditions.set("NamesAccepted", "False", reason: reason, message: message, now: now)
            if conditions["Established"]?["status"] != "True" {
                conditions.set("Established", "False", reason: "NotAccepted", message: "not all names are accepted", now: now)
            }
        } else {
            conditions.set("NamesAccepted", "True", reason: "NoConflicts", message: "no conflicts found", now: now)
            conditions.set(
                "Established", "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted", now: now)
            status["acceptedNames"] = definition["spec"]?["names"]
        }
        status["conditions"] = .array(conditions.values)
        return status
    }

    /// A name of the definition that another one of its group has.
    private func conflict(of definition: Value) -> (reason: String, message: String)? {
        let group = definition["spec"]?["group"]
        let others = store.list(.customResourceDefinitions).items.filter { other in
            other.name != definition.name && other["spec"]?["group"] == group && other.isEstablished
        }
        let resources = Set(
            others.flatMap { other -> [Value] in
                let names = other["status"]?["acceptedNames"]
                return [names?["plural"], names?["singular"]].compactMap { $0 } + (names?["shortNames"]?.array ?? [])
            })
        let kinds = Set(
            others.flatMap { other in ["kind", "listKind"].compactMap { other["status"]?["acceptedNames"]?[$0] } })
        let names = definition["spec"]?["names"]
        let wanted: [(String, [Value], Set<Value>)] = [
            ("PluralConflict", [names?["plural"]].compactMap { $0 }, resources),
            ("SingularConflict", [names?["singular"]].compactMap { $0 }, resources),
            ("ShortNamesConflict", names?["shortNames"]?.array ?? [], resources),
            ("KindConflict", [names?["kind"]].compactMap { $0 }, kinds),
            ("ListKindConflict", [names?["listKind"]].compactMap { $0 }, kinds),
        ]
        for (reason, values, taken) in wanted {
            if let name = values.first(where: taken.contains) { return (reason, "\"\(name.string ?? "")\" is already in use") }
        }
        return nil
    }

    // MARK: Deletion

    private func cleanUp(_ definition: Value) throws(APIError) -> Duration? {
        guard StoreState.finalizers(of: definition).contains(Self.finalizer), let type = ResourceType.custom(definition) else { return nil }
        let objects = definition.isEstablished ? store.list(type).items : []
        for object in objects where object["metadata"]?["deletionTimestamp"] == nil { try store.remove(type, object) }
        let left = definition.isEstablished ? store.list(type).items.count : 0
        var conditions = ConditionList(definition["status"]?["conditions"]?.array)
        let now = store.environment.now()
        if left > 0 {
            conditions.set(
                "Terminating", "True", reason: "InstanceDeletionInProgress",
                message: "could not confirm zero CustomResources remaining: \(left) left", now: now)
            var status = definition["status"] ?? [:]
            status["conditions"] = .array(conditions.values)
            try store.replaceStatus(.customResourceDefinitions, of: definition, with: status)
            return Self.cleanupInterval
        }
        try store.update(.customResourceDefinitions, name: definition.name ?? "") { live in
            let rest = StoreState.finalizers(of: live).filter { $0 != Self.finalizer }
            live["metadata", "finalizers"] = rest.isEmpty ? nil : .array(rest.map(Value.string))
        }
        return nil
    }

    /// The name of a definition says which type it was: `PLURAL.GROUP`.
    private func endWatches(of name: String) {
        let plural = String(name.prefix { $0 != "." })
        let group = String(name.dropFirst(plural.count + 1))
        store.retire(ResourceType(group: group, version: "", plural: plural, kind: ""))
    }
}

extension Value {
    /// Whether a definition's objects are served.
    var isEstablished: Bool {
        self["status"]?["conditions"]?.array?.contains { $0["type"] == "Established" && $0["status"] == "True" } ?? false
    }
}
