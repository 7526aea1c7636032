internal import Manifests
internal import Synchronization

/// What can be asked for by path right now: the built-in resources, and those of the established CustomResourceDefinitions. It is made anew
/// when a definition has changed, so a client that sees a definition established finds its resource.
final class LiveCatalog: Sendable {
    struct Snapshot: Sendable {
        let revision: UInt64
        let catalog: ResourceCatalog
        let discovery: Discovery
    }

    private let base: ResourceCatalog
    private let latest = Mutex<Snapshot?>(nil)

    init(base: ResourceCatalog) { self.base = base }

    func current(_ store: ObjectStore) -> Snapshot {
        let revision = store.lastChange(of: .customResourceDefinitions)
        if let known = latest.withLock({ $0 }), known.revision == revision { return known }
        let definitions = store.list(.customResourceDefinitions).items.filter(\.isEstablished).compactMap(CustomDefinition.init)
        let catalog = ResourceCatalog(base.resources + definitions.flatMap(ServedResource.custom))
        let made = Snapshot(
            revision: revision, catalog: catalog, discovery: Discovery(catalog: catalog, revision: String(revision)))
        latest.withLock { $0 = made }
        return made
    }
}
