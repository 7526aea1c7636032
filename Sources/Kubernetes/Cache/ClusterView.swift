package import Manifests

/// The watched objects of one moment.
package struct ClusterView: Sendable {
    private struct Place: Hashable {
        var kind: GroupKind
        var namespace: String
    }

    private var places: [Place: [ObjectIdentity: WatchedObject]] = [:]

    /// Of these objects and no others.
    package init(_ objects: [Value] = []) {
        for object in objects {
            guard let id = object.identity else { continue }
            places[Place(kind: id.groupKind, namespace: id.namespace), default: [:]][id] = WatchedObject(object)
        }
    }

    mutating func add(_ objects: [ObjectIdentity: WatchedObject], of scope: WatchScope) {
        places[Place(kind: scope.kind, namespace: scope.namespace)] = objects
    }

    /// `nil` when there is none, or none that is watched.
    package subscript(_ id: ObjectIdentity) -> WatchedObject? {
        places[Place(kind: id.groupKind, namespace: id.namespace)]?[id]
    }

    /// All watched objects of a kind in a namespace, in no order.
    package func all(_ kind: GroupKind, namespace: String) -> [Value] {
        places[Place(kind: kind, namespace: namespace)]?.values.map(\.object) ?? []
    }
}
