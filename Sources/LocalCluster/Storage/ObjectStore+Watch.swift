internal import Manifests
internal import Synchronization

extension ObjectStore {
    /// The changes of one type, for as long as the caller reads them.
    ///
    /// Without a revision, or from `0`, the objects that exist come first as `added`. From any other revision come the changes after it.
    /// The stream ends when its reader falls too far behind, or with `endAllWatches`: then list and watch again.
    ///
    /// - Parameter initialEvents: the objects that exist come first even if a revision is given, then `initialEventsEnd`.
    /// - Throws: `Expired` (410) when the changes since `resourceVersion` are no longer known.
    package func watch(
        _ type: ResourceType, namespace: String? = nil, fromResourceVersion resourceVersion: String? = nil, bookmarks: Bool = false,
        initialEvents: Bool = false
    ) throws(APIError) -> AsyncStream<WatchEvent> {
        try openWatch(type, namespace, resourceVersion, bookmarks: bookmarks, initialEvents: initialEvents).events
    }

    /// As `watch`, with the means to end the stream from elsewhere.
    func openWatch(
        _ type: ResourceType, _ namespace: String?, _ resourceVersion: String?, bookmarks: Bool, initialEvents: Bool
    ) throws(APIError) -> (events: AsyncStream<WatchEvent>, end: @Sendable () -> Void) {
        var from: UInt64?
        if let resourceVersion, !resourceVersion.isEmpty, resourceVersion != "0" {
            guard let revision = UInt64(resourceVersion) else {
                throw APIError(.badRequest, "invalid resource version \"\(resourceVersion)\": it is not a number")
            }
            from = revision
        }
        // The objects that exist come at once; the limit is for what happens after them.
        let present = state.withLock { $0.tables[type].map { $0.count + $0.history.count } ?? 0 }
        let (stream, continuation) = AsyncStream.makeStream(
            of: WatchEvent.self, bufferingPolicy: .bufferingOldest(StoreLimits.eventsPerWatcher + present))
        let id = try state.withLock { (state) throws(APIError) -> UInt64 in
            guard state.watchers.count < StoreLimits.watchers else {
                var error = APIError(.tooManyRequests, "too many watches are open (\(StoreLimits.watchers)); close some and try again")
                error.retryAfterSeconds = 1
                throw error
            }
            try state.replay(to: continuation, type, type.namespaced ? namespace : nil, from: from, initialEvents: initialEvents)
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = StoreState.Watcher(
                type: type, namespace: type.namespaced ? namespace : nil, continuation: continuation, bookmarks: bookmarks)
            return state.nextWatcher
        }
        continuation.onTermination = { [weak self] _ in
            // A cancelled task calls this while it holds its own status lock, and a writer that has our lock may be resuming that very
            // task: taking our lock here would stand still for ever.
            Task { self?.state.withLock { state in state.watchers[id] = nil } }
        }
        return (stream, { continuation.finish() })
    }

    /// Tells every watcher that asked for it how far it has come.
    package func sendBookmarks() {
        changeState { state in
            for (id, watcher) in state.watchers where watcher.bookmarks {
                state.deliver(WatchEvent(kind: .bookmark, object: .null, previous: nil, revision: state.revision), to: watcher, id)
            }
        }
    }

    /// Ends every stream, as a restart of the server does.
    package func endAllWatches() {
        changeState { state in
            state.overflowed += state.watchers.values.map(\.continuation)
            state.watchers.removeAll()
        }
    }

    /// Ends the streams of a type that there is no more, and forgets its changes.
    func retire(_ type: ResourceType) {
        changeState { state in
            for (id, watcher) in state.watchers where watcher.type == type {
                state.watchers[id] = nil
                state.overflowed.append(watcher.continuation)
            }
            state.tables[type]?.forgetHistory(upTo: state.revision)
        }
    }

    /// Forgets past changes, as a compaction does: watches from before now get 410.
    package func compact() {
        changeState { state in
            for type in Array(state.tables.keys) { state.tables[type]?.forgetHistory(upTo: state.revision) }
        }
    }

    /// Runs `change` under the lock, and afterwards ends the streams that were too slow for it.
    func changeState<Result: Sendable, Failure: Error>(
        _ change: (inout StoreState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (result, slow) = try state.withLock { (state) throws(Failure) -> (Result, [AsyncStream<WatchEvent>.Continuation]) in
            let result = try change(&state)
            if !state.unlogged.isEmpty {
                log?.append(state.unlogged)
                state.unlogged = []
            }
            let slow = state.overflowed
            state.overflowed = []
            return (result, slow)
        }
        for continuation in slow { continuation.finish() }
        return result
    }
}

extension StoreState {
    /// Gives a new watcher what happened before it came.
    fileprivate func replay(
        to continuation: AsyncStream<WatchEvent>.Continuation, _ type: ResourceType, _ namespace: String?, from: UInt64?,
        initialEvents: Bool
    ) throws(APIError) {
        var past: [WatchEvent] = []
        if initialEvents || from == nil {
            past = (tables[type]?.objects(in: namespace) ?? []).map {
                WatchEvent(kind: .added, object: $0, previous: nil, revision: $0.resourceVersion.flatMap(UInt64.init) ?? revision)
            }
            if initialEvents { past.append(WatchEvent(kind: .initialEventsEnd, object: .null, previous: nil, revision: revision)) }
        } else if let from {
            let table = tables[type] ?? ObjectTable(forgottenUpTo: forgottenUpTo)
            guard let changes = table.changes(after: from) else { throw APIError.tooOld(from, table.forgottenUpTo) }
            past = changes.filter { namespace == nil || $0.object.namespace == namespace }
        }
        for event in past {
            if case .dropped = continuation.yield(event) {
                throw APIError(
                    .expired, "more than \(StoreLimits.eventsPerWatcher) objects to watch at once; list first, then watch from there")
            }
        }
    }

    mutating func deliver(_ event: WatchEvent, to watcher: Watcher, _ id: UInt64) {
        if case .dropped = watcher.continuation.yield(event) {
            watchers[id] = nil
            overflowed.append(watcher.continuation)
        }
    }

    /// Keeps the change for those who resume, and hands it to those who are there.
    mutating func publish(_ event: WatchEvent, _ key: ObjectKey) {
        tables[key.type, default: ObjectTable(forgottenUpTo: forgottenUpTo)].record(event)
        for (id, watcher) in watchers where watcher.type == key.type {
            if let namespace = watcher.namespace, namespace != key.namespace { continue }
            deliver(event, to: watcher, id)
        }
    }
}
