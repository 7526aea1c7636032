package import Manifests

/// One control loop: it is told keys, looks at the whole truth about each, and makes one step towards what is wanted.
package protocol Reconciler: Sendable {
    /// As it appears as the `source.component` of its events.
    var name: String { get }
    /// The types whose changes it wants to hear of.
    var watched: [ResourceType] { get }
    /// The keys to look at because of a change; none is a fine answer.
    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName]
    /// Every key there is, for the periodic second look.
    func allKeys() -> [NamespacedName]
    /// - Returns: when to look again without being told; `nil` for never.
    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration?
}
