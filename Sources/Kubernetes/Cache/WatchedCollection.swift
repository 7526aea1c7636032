internal import Manifests

/// The objects of one watched collection by namespace, kept right by its events. Pure.
struct WatchedCollection: Sendable {
    /// The objects of cluster-scoped kinds have the empty namespace.
    private(set) var objects: [String: [ObjectIdentity: WatchedObject]] = [:]
    /// From where a watch goes on; `nil` when the collection has to be read as a whole.
    private(set) var resumeVersion: String?
    /// What a reading that is under way has brought so far. Until its end the old objects stand.
    private var incoming: [String: [ObjectIdentity: WatchedObject]]?
    private var counts = (known: 0, incoming: 0)
    private var parts = SharedParts()
    /// Objects elsewhere are not kept; `nil` keeps all.
    private let namespaces: Set<String>?

    init(keeping namespaces: Set<String>? = nil) {
        self.namespaces = namespaces
    }

    /// Of those that are known and those that a reading has brought so far, the more.
    var count: Int { max(counts.known, counts.incoming) }

    enum Effect: Equatable {
        case none
        /// - Parameter addressees: whom it concerns; `nil` for all.
        case changed(WatchAddressees?)
        /// The server ends the watch; with `gone` the collection is to be read again.
        case ended(KubernetesError)
    }

    /// The whole collection is going to be sent as events.
    mutating func beginReading() {
        incoming = [:]
        counts.incoming = 0
        // Nothing of what was common once may be so any more.
        parts = SharedParts()
        resumeVersion = nil
    }

    /// The whole collection, page by page: each page is one call.
    mutating func add(page: [Value]) {
        guard incoming != nil else { return }
        for object in page { receive(object) }
    }

    mutating func endReading(at resourceVersion: String) {
        if let incoming { (objects, counts.known) = (incoming, counts.incoming) }
        abandonReading()
        resumeVersion = resourceVersion.isEmpty ? nil : resourceVersion
    }

    /// What was being read is not going to be complete.
    mutating func abandonReading() { (incoming, counts.incoming) = (nil, 0) }

    mutating func take(_ event: WatchEvent) -> Effect {
        switch event {
        case .added(let object), .modified(let object): return put(object)
        case .deleted(let object): return remove(object)
        case .bookmark(let version, let endsReading):
            if endsReading {
                let isNew = incoming != nil
                endReading(at: version)
                return isNew ? .changed(nil) : .none
            }
            if incoming == nil, !version.isEmpty { resumeVersion = version }
            return .none
        case .error(let error):
            if error.code == .gone { resumeVersion = nil }
            return .ended(error)
        }
    }

    /// A watch from `resumeVersion` was refused.
    mutating func refused(_ error: KubernetesError) {
        if error.code == .gone { resumeVersion = nil }
    }

    private func keeps(_ namespace: String) -> Bool { namespaces?.contains(namespace) ?? true }

    private mutating func receive(_ object: Value) {
        guard let (id, watched) = small(object) else { return }
        if incoming?[id.namespace, default: [:]].updateValue(watched, forKey: id) == nil { counts.incoming += 1 }
    }

    private mutating func put(_ object: Value) -> Effect {
        if incoming != nil {
            receive(object)
            return .none
        }
        guard object.identity != nil else { return .none }
        if let version = object.resourceVersion { resumeVersion = version }
        guard let (id, watched) = small(object) else { return .none }
        let old = objects[id.namespace, default: [:]].updateValue(watched, forKey: id)
        if old == nil { counts.known += 1 }
        let before = old.map { WatchAddressees($0.object, id.namespace) }
        return .changed(WatchAddressees(watched.object, id.namespace).union(before))
    }

    private mutating func remove(_ object: Value) -> Effect {
        guard let id = object.identity else { return .none }
        if incoming != nil {
            if incoming?[id.namespace]?.removeValue(forKey: id) != nil { counts.incoming -= 1 }
            return .none
        }
        if let version = object.resourceVersion { resumeVersion = version }
        guard let old = objects[id.namespace]?.removeValue(forKey: id) else { return .none }
        if objects[id.namespace]?.isEmpty == true { objects[id.namespace] = nil }
        counts.known -= 1
        return .changed(WatchAddressees(old.object, id.namespace))
    }

    /// As it is kept; `nil` when it is not. Its identity shares its texts.
    private mutating func small(_ object: Value) -> (ObjectIdentity, WatchedObject)? {
        guard let id = object.identity, keeps(id.namespace) else { return nil }
        let watched = WatchedObject(object, sharing: &parts)
        return (watched.object.identity ?? id, watched)
    }
}
