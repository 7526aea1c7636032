internal import Manifests

/// The objects of one watched collection, kept right by its events. Pure.
struct WatchedCollection: Sendable {
    private(set) var objects: [ObjectIdentity: WatchedObject] = [:]
    /// From where a watch goes on; `nil` when the collection has to be read as a whole.
    private(set) var resumeVersion: String?
    /// What a reading that is under way has brought so far. Until its end the old objects stand.
    private var incoming: [ObjectIdentity: WatchedObject]?
    private var parts = SharedParts()

    /// Of those that are known and those that a reading has brought so far, the more.
    var count: Int { max(objects.count, incoming?.count ?? 0) }

    enum Effect: Equatable {
        case none
        case changed
        /// The server ends the watch; with `gone` the collection is to be read again.
        case ended(KubernetesError)
    }

    /// The whole collection is going to be sent as events.
    mutating func beginReading() {
        incoming = [:]
        // Nothing of what was common once may be so any more.
        parts = SharedParts()
        resumeVersion = nil
    }

    /// The whole collection, page by page: each page is one call.
    mutating func add(page: [Value]) {
        for object in page {
            guard let id = object.identity else { continue }
            incoming?[id] = WatchedObject(object, sharing: &parts)
        }
    }

    mutating func endReading(at resourceVersion: String) {
        if let incoming { objects = incoming }
        incoming = nil
        resumeVersion = resourceVersion.isEmpty ? nil : resourceVersion
    }

    /// What was being read is not going to be complete.
    mutating func abandonReading() { incoming = nil }

    mutating func take(_ event: WatchEvent) -> Effect {
        switch event {
        case .added(let object), .modified(let object): return put(object)
        case .deleted(let object): return remove(object)
        case .bookmark(let version, let endsReading):
            if endsReading {
                let isNew = incoming != nil
                endReading(at: version)
                return isNew ? .changed : .none
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

    private mutating func put(_ object: Value) -> Effect {
        guard let id = object.identity else { return .none }
        let watched = WatchedObject(object, sharing: &parts)
        guard incoming == nil else {
            incoming?[id] = watched
            return .none
        }
        objects[id] = watched
        if let version = object.resourceVersion { resumeVersion = version }
        return .changed
    }

    private mutating func remove(_ object: Value) -> Effect {
        guard let id = object.identity else { return .none }
        guard incoming == nil else {
            incoming?[id] = nil
            return .none
        }
        if let version = object.resourceVersion { resumeVersion = version }
        return objects.removeValue(forKey: id) == nil ? .none : .changed
    }
}
