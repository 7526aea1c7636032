package import Manifests

/// Something that `kubectl describe` and `kubectl get events` show beside an object.
package struct ClusterEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case normal = "Normal"
        case warning = "Warning"
    }

    package var kind: Kind
    /// CamelCase, such as `ReleaseFailed`.
    package var reason: String
    /// No secret value is ever in it.
    package var message: String
    package var regarding: ObjectIdentity

    package init(_ kind: Kind, _ reason: String, _ message: String, regarding: ObjectIdentity) {
        self.kind = kind
        self.reason = reason
        self.message = message
        self.regarding = regarding
    }
}
