/// One kind of object that the cluster stores: how the API names it, and the few facts that decide how it is kept.
///
/// Two values are equal when they name the same resource of the same group; the version is only how it is spelled.
package struct ResourceType: Sendable {
    package let group: String
    package let version: String
    /// As it stands in a path: `deployments`.
    package let plural: String
    package let kind: String
    package let namespaced: Bool
    package let shortNames: [String]
    package let categories: [String]
    /// Whether `status` is written by a path of its own, and ignored by writes of the object.
    package let hasStatus: Bool
    /// Whether `metadata.generation` counts the changes of the specification.
    package let hasGeneration: Bool
    package let hasScale: Bool
    /// What a custom resource carries of its definition; nil for a built-in one.
    let custom: CustomType?

    package init(
        group: String, version: String, plural: String, kind: String, namespaced: Bool = true, shortNames: [String] = [],
        categories: [String] = [], hasStatus: Bool = false, hasGeneration: Bool = false, hasScale: Bool = false
    ) {
        self.init(
            group: group, version: version, plural: plural, kind: kind, namespaced: namespaced, shortNames: shortNames,
            categories: categories, hasStatus: hasStatus, hasGeneration: hasGeneration, hasScale: hasScale, custom: nil)
    }

    init(
        group: String, version: String, plural: String, kind: String, namespaced: Bool, shortNames: [String], categories: [String],
        hasStatus: Bool, hasGeneration: Bool, hasScale: Bool, custom: CustomType?
    ) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.namespaced = namespaced
        self.shortNames = shortNames
        self.categories = categories
        self.hasStatus = hasStatus
        self.hasGeneration = hasGeneration
        self.hasScale = hasScale
        self.custom = custom
    }

    package var singular: String { custom?.definition.singular ?? kind.lowercased() }
    package var listKind: String { custom?.definition.listKind ?? "\(kind)List" }
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// As the API names it in messages: `deployments.apps`, `pods`.
    package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    package var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

extension ResourceType: Hashable {
    package static func == (left: ResourceType, right: ResourceType) -> Bool {
        left.plural == right.plural && left.group == right.group
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(group)
        hasher.combine(plural)
    }
}
