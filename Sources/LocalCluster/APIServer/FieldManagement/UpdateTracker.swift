package import Manifests

/// Keeps `managedFields` for plain creates and updates: what a write changes becomes its manager's, and nobody else's.
package struct UpdateTracker: FieldTracker {
    package init() {}

    package func managedFields(
        of new: Value, over old: Value?, _ type: ResourceType, manager: String, options: WriteOptions, at time: Timestamp
    ) -> Value? {
        var managed = ManagedFields(new)
        // An explicit empty list is how a client resets the ownership of an object.
        if let written = new["metadata"]?["managedFields"]?.array, written.isEmpty, old != nil { managed = ManagedFields(nil) }
        let writer = ManagedFields.Manager(
            name: manager, operation: .update, apiVersion: options.apiVersion ?? type.apiVersion, subresource: options.target.subresource)
        let comparison = FieldComparison(
            from: old.map(ManagedFields.withoutSystemFields), to: ManagedFields.withoutSystemFields(new), FieldShape.of(type))
        managed.changeOthers(than: writer) { $0.removing(comparison.removed).subtracting(comparison.written) }
        let own = managed.fields(of: writer).removing(comparison.removed).union(comparison.written)
        managed.set(own, of: writer, at: time.rfc3339)
        return managed.value
    }
}

extension WriteOptions.Target {
    var subresource: String {
        switch self {
        case .object: ""
        case .status: "status"
        case .scale: "scale"
        case .ephemeralContainers: "ephemeralcontainers"
        }
    }
}
