package import Manifests

/// The objects of a kind in one place, as somebody wants to follow them. How they are watched is the cache's business.
package struct WatchScope: Sendable, Hashable {
    package enum Selection: Sendable, Hashable {
        /// Objects that carry our managed-by label.
        case managed
        case all
        /// Events of type Warning.
        case warnings
    }

    package var kind: GroupKind
    /// The version of the API to read them in, so that what is read compares with what is applied; the server's preferred one when `nil`.
    package var version: String?
    /// Empty for cluster-scoped kinds.
    package var namespace: String
    package var selection: Selection

    package init(kind: GroupKind, version: String? = nil, namespace: String, selection: Selection) {
        self.kind = kind
        self.version = version
        self.namespace = namespace
        self.selection = selection
    }

    /// The same place without a selection.
    var withAll: WatchScope {
        var scope = self
        scope.selection = .all
        return scope
    }

    /// What it has in common with the same wish for another namespace.
    var watched: WatchedKind { WatchedKind(kind: kind, version: version, selection: selection) }
}

/// What may share a watch: objects of one kind, read in one version and chosen by one rule, wherever they are.
struct WatchedKind: Sendable, Hashable {
    var kind: GroupKind
    var version: String?
    var selection: WatchScope.Selection

    /// - Parameter namespace: `nil` for all, and for cluster-scoped kinds.
    func query(in namespace: String?) -> CollectionQuery {
        var query = CollectionQuery(kind: kind, version: version, namespace: namespace)
        switch selection {
        case .all: break
        case .managed: query.labelSelector = "\(SlipwayLabel.managedBy)=\(SlipwayLabel.managedByValue)"
        case .warnings: query.fieldSelector = "type=Warning"
        }
        return query
    }
}
