package import Manifests
internal import Synchronization

/// All objects of the cluster, in memory and if it has a log also on disk, with the API server's rules for writing them: revisions, generations, finalizers, owner
/// references, namespaces that end. Every write, of a client or of a controller, comes through here.
///
/// Methods do not wait for anything and may be called from any task. A change is seen by watchers in the order in which it was made.
package final class ObjectStore: Sendable {
    let state: Mutex<StoreState>
    package let environment: StoreEnvironment
    let admission: any ObjectAdmission
    let tracker: (any FieldTracker)?
    /// What each new namespace is furnished with.
    let namespaceContents: @Sendable () -> [(ResourceType, Value)]
    /// Nil: what is stored ends with this process.
    let log: ChangeLog?

    /// Changes a new object by what else there is, before it is admitted.
    let prepare: @Sendable (inout Value, ResourceType, ObjectStore) throws(APIError) -> Void

    package convenience init(
        admission: any ObjectAdmission = NoAdmission(), tracker: (any FieldTracker)? = nil,
        environment: StoreEnvironment = StoreEnvironment(),
        namespaceContents: @escaping @Sendable () -> [(ResourceType, Value)] = { [] },
        prepare: @escaping @Sendable (inout Value, ResourceType, ObjectStore) throws(APIError) -> Void = { (_, _, _) throws(APIError) in }
    ) {
        self.init(
            admission: admission, tracker: tracker, environment: environment, namespaceContents: namespaceContents,
            prepare: prepare, state: StoreState(), log: nil)
    }

    /// - Parameters:
    ///   - state: what was stored before.
    ///   - log: takes the changes from here on; somebody has to write it.
    init(
        admission: any ObjectAdmission, tracker: (any FieldTracker)?, environment: StoreEnvironment = StoreEnvironment(),
        namespaceContents: @escaping @Sendable () -> [(ResourceType, Value)],
        prepare: @escaping @Sendable (inout Value, ResourceType, ObjectStore) throws(APIError) -> Void = { (_, _, _) throws(APIError) in },
        state: StoreState, log: ChangeLog?
    ) {
        var state = state
        state.isLogged = log != nil
        self.state = Mutex(state)
        self.log = log
        self.admission = admission
        self.tracker = tracker
        self.environment = environment
        self.namespaceContents = namespaceContents
        self.prepare = prepare
    }

    /// Returns when everything that is stored now is on the disk; at once without a log.
    ///
    /// - Throws: `InternalError` when the disk does not take it.
    package func settle() async throws(APIError) {
        guard let log else { return }
        try await log.settled(state.withLock { $0.revision })
    }

    /// Returns when the change of this revision is on the disk; a watcher is told of it only then.
    func settle(_ revision: UInt64) async throws(APIError) { try await log?.settled(revision) }

    /// The revision of the last change.
    package var resourceVersion: String { state.withLock { String($0.revision) } }

    package func get(_ type: ResourceType, namespace: String = "", name: String) -> Value? {
        state.withLock { $0.tables[type]?.object(type.namespaced ? namespace : "", name) }
    }

    /// Sorted by namespace and name; `namespace` nil means all of them.
    package func list(_ type: ResourceType, namespace: String? = nil) -> (items: [Value], resourceVersion: String) {
        state.withLock { state in
            (state.tables[type]?.objects(in: type.namespaced ? namespace : nil) ?? [], String(state.revision))
        }
    }

    /// The revision of the last change of this type.
    func lastChange(of type: ResourceType) -> UInt64 { state.withLock { $0.tables[type]?.lastChange ?? 0 } }

    /// Whether a list that began at this revision can still be continued and watched without a gap.
    package func remembers(_ type: ResourceType, revision: UInt64) -> Bool {
        state.withLock { revision >= $0.tables[type]?.forgottenUpTo ?? $0.forgottenUpTo }
    }
}

/// What is under the store's lock.
struct StoreState {
    /// 1 at the start: a list of an empty cluster has a revision that a watch can begin from.
    var revision: UInt64 = 1
    var tables: [ResourceType: ObjectTable] = [:]
    /// Where the object with this UID is.
    var keys: [String: ObjectKey] = [:]
    /// Objects by the UID of an owner.
    var dependents: [String: Set<ObjectKey>] = [:]
    var watchers: [UInt64: Watcher] = [:]
    var nextWatcher: UInt64 = 0
    /// Namespaces that are being deleted.
    var endingNamespaces: Set<String> = []
    /// Streams that were too slow; they are ended after the lock is given back, because ending one calls back into the store.
    var overflowed: [AsyncStream<WatchEvent>.Continuation] = []
    /// Changes up to this revision were forgotten for types that have no table yet.
    var forgottenUpTo: UInt64 = 0
    var isLogged = false
    /// Changes that were made since the lock was taken.
    var unlogged: [LoggedChange] = []

    struct Watcher {
        let type: ResourceType
        let namespace: String?
        let continuation: AsyncStream<WatchEvent>.Continuation
        let bookmarks: Bool
    }
}

/// What names a stored object.
struct ObjectKey: Hashable, Sendable {
    let type: ResourceType
    let namespace: String
    let name: String

    init(_ type: ResourceType, _ namespace: String, _ name: String) {
        self.type = type
        self.namespace = type.namespaced ? namespace : ""
        self.name = name
    }
}
