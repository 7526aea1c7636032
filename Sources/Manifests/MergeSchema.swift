/// What strategic merge, server-side apply and the semantic diff need to know about a type: how its lists and mappings merge.
package protocol MergeSchema: Sendable {
    /// The rules of a member of this mapping; `nil` when nothing is known of it, which means: lists are replaced, mappings merged.
    func rules(for field: String) -> FieldRules?

    /// Whether a list or mapping without rules is an error for strategic merge, as it is for Kubernetes' own types.
    var rejectsUnknownFields: Bool { get }
}

extension MergeSchema {
    package var rejectsUnknownFields: Bool { false }
}

/// How one member of a mapping merges.
package struct FieldRules: Sendable {
    /// Whose elements a list has, for server-side apply.
    package enum ListType: Sendable, Hashable {
        /// One owner for the whole list.
        case atomic
        /// Scalars, each at most once, each with owners of its own.
        case set
        /// Mappings, told apart by the values of these keys together, each with owners of its own.
        case map([ListKey])
    }

    /// A key of a list's elements, with the value that counts when an element does not have it.
    package struct ListKey: Sendable, Hashable {
        package var name: String
        package var defaultValue: Value?

        package init(name: String, defaultValue: Value? = nil) {
            self.name = name
            self.defaultValue = defaultValue
        }
    }

    /// What strategic merge does with a member that both sides have.
    package enum PatchStrategy: Sendable, Hashable {
        /// Lists are replaced, mappings merged.
        case none
        case merge
        case replace
    }

    package var listType: ListType
    /// For server-side apply: the mapping has one owner as a whole.
    package var isAtomicMap: Bool
    package var patchStrategy: PatchStrategy
    /// Strategic merge tells the patch which members stay; all others are cleared (`$retainKeys`).
    package var retainsKeys: Bool
    /// The key by which strategic merge matches the elements of a list. It may be less than the list's keys: ports go by their number alone.
    package var patchMergeKey: String?
    /// The type of the member, of a list's elements, or of a mapping's values.
    package var schema: (any MergeSchema)?

    package init(
        listType: ListType = .atomic, isAtomicMap: Bool = false, patchStrategy: PatchStrategy = .none, retainsKeys: Bool = false,
        patchMergeKey: String? = nil, schema: (any MergeSchema)? = nil
    ) {
        self.listType = listType
        self.isAtomicMap = isAtomicMap
        self.patchStrategy = patchStrategy
        self.retainsKeys = retainsKeys
        self.patchMergeKey = patchMergeKey
        self.schema = schema
    }

    /// The keys of a list's elements for server-side apply; empty unless it is a map.
    package var listKeys: [ListKey] { if case .map(let keys) = listType { keys } else { [] } }
}
