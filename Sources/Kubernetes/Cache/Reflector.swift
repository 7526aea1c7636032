internal import Manifests
internal import Synchronization

/// Keeps one collection in memory: reads it once, then lives on its watch, and begins again where that broke off.
final class Reflector: Sendable {
    private struct State {
        var collection: WatchedCollection
        var isRead = false
        /// Why nothing comes at present, and since when.
        var trouble: (error: KubernetesError, since: ContinuousClock.Instant)?
    }

    /// What the cache does about a watch.
    struct Hooks: Sendable {
        /// Called each time that all there is has been read, before anybody is told.
        var read: @Sendable (Reflector) -> Void
        /// The whole cluster may not be watched, or would be too much. The watch has ended.
        var refused: @Sendable (Reflector) -> Void
    }

    let kind: WatchedKind
    let place: WatchReach.Place
    /// `nil` keeps all.
    private let namespaces: Set<String>?
    private let expectedCount: Int
    private let query: CollectionQuery
    private let client: KubernetesClient
    private let followers: WatchFollowers
    private let hooks: Hooks
    private let state: Mutex<State>

    /// - Parameter expectedCount: how many of the objects in `namespaces` there are, as far as that is known before.
    init(
        _ kind: WatchedKind, at place: WatchReach.Place, keeping namespaces: Set<String>?, expecting expectedCount: Int,
        client: KubernetesClient,
        followers: WatchFollowers, hooks: Hooks
    ) {
        self.kind = kind
        self.place = place
        self.namespaces = namespaces
        self.expectedCount = expectedCount
        self.client = client
        self.followers = followers
        self.hooks = hooks
        switch place {
        case .namespace(let namespace): query = kind.query(in: namespace.isEmpty ? nil : namespace)
        case .everywhere: query = kind.query(in: nil)
        }
        state = Mutex(State(collection: WatchedCollection(keeping: namespaces)))
    }

    enum Sight {
        case reading
        case lost(KubernetesError)
        case clear([ObjectIdentity: WatchedObject])
    }

    /// What is known now. A connection that has just broken is expected to come back: only an outage of some seconds is one.
    func sight(of namespace: String) -> Sight {
        let now = client.sender.environment.now()
        return state.withLock { state in
            if let trouble = state.trouble, !state.isRead || now - trouble.since > client.limits.watchGrace { return .lost(trouble.error) }
            guard state.isRead, namespaces?.contains(namespace) ?? true else { return .reading }
            return .clear(state.collection.objects[namespace] ?? [:])
        }
    }

    /// How many objects are known, and in how many namespaces they may be; `nil` before the first reading.
    var known: (objects: Int, namespaces: Int)? {
        state.withLock { $0.isRead ? ($0.collection.count, namespaces?.count ?? 1) : nil }
    }

    private var isWide: Bool { if case .everywhere = place { true } else { false } }

    /// Ends when the task is cancelled, or the whole cluster may not be watched.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            let start = client.sender.environment.now()
            var ending: KubernetesError?
            var isServed = true
            do throws(KubernetesError) {
                try await session()
            } catch {
                isServed = !error.isUnknownKind
                ending = error
            }
            if Task.isCancelled { return }
            if let ending, isRefusal(ending) { return hooks.refused(self) }
            if !isServed {
                // A kind that is not served (any more) has no objects. Its definition may come back, so it is asked for again.
                ending = nil
                finishedReading { $0.beginReading() }
            }
            if let ending { stumbled(ending) }
            let lived = client.sender.environment.now() - start
            failures = lived > client.limits.watchSettled ? 0 : failures + 1
            do { try await client.sender.environment.sleep(pause(failures, isOrderly: ending == nil && isServed)) } catch { return }
        }
    }

    /// Whether the whole cluster is not to be watched. An API server that has just started may forbid for a moment what it allowed before: it
    /// has not read its own rules yet.
    private func isRefusal(_ error: KubernetesError) -> Bool {
        guard isWide else { return false }
        guard error.code == .forbidden else { return error.code == .tooLarge }
        let now = client.sender.environment.now()
        return state.withLock { state in
            !state.isRead || state.trouble.map { now - $0.since > client.limits.refusalGrace } ?? false
        }
    }

    /// One connection: the whole collection when it is not known, then its changes until the server ends the watch.
    private func session() async throws(KubernetesError) {
        if let version = state.withLock({ $0.collection.resumeVersion }) {
            do throws(KubernetesError) {
                try await follow(client.watch(query, resourceVersion: version))
            } catch {
                state.withLock { $0.collection.refused(error) }
                throw error
            }
            return
        }
        try await refuseTooMany()
        defer { state.withLock { $0.collection.abandonReading() } }
        guard client.streamsLists else { return try await listAndWatch() }
        do throws(KubernetesError) {
            let events = try await client.watch(query, sendsInitialEvents: true)
            state.withLock { $0.collection.beginReading() }
            try await follow(events)
        } catch  where error.isRefusedStreamingList {
            client.doNotStreamLists()
            try await listAndWatch()
        }
    }

    /// Of a kind that others have as well, the whole cluster is read only when that is not much beside what is wanted of it. The server says for
    /// one object how many more there are, though not of a selection: the warnings among the events are taken to be all.
    private func refuseTooMany() async throws(KubernetesError) {
        guard isWide, let namespaces else { return }
        var everything = query
        everything.fieldSelector = nil
        let wanted = max(expectedCount, state.withLock { $0.collection.count })
        let most = wanted + namespaces.count * client.limits.objectsPerWatch
        let count = try await client.count(everything)
        guard let count, count <= most else {
            let found = count.map(String.init) ?? "an unknown number"
            throw KubernetesError(.tooLarge, "does not watch \(kind.kind.kind) in the whole cluster: there are \(found), more than \(most)")
        }
    }

    private func listAndWatch() async throws(KubernetesError) {
        state.withLock { $0.collection.beginReading() }
        let version = try await client.pages(of: query) { page in self.state.withLock { $0.collection.add(page: page) } }
        finishedReading(at: version)
        try await follow(client.watch(query, resourceVersion: version))
    }

    private func finishedReading(at version: String = "", _ prepare: (inout WatchedCollection) -> Void = { _ in }) {
        state.withLock { state in
            prepare(&state.collection)
            state.collection.endReading(at: version)
            state.isRead = true
            state.trouble = nil
        }
        hooks.read(self)
        tellAll()
    }

    private func follow(_ events: WatchEvents) async throws(KubernetesError) {
        state.withLock { state in
            if state.collection.resumeVersion != nil { state.trouble = nil }
        }
        var iterator = events.makeAsyncIterator()
        while let event = try await iterator.next() {
            let effect = state.withLock { state -> WatchedCollection.Effect in
                let effect = state.collection.take(event)
                if state.collection.count > client.limits.listObjects {
                    return .ended(
                        KubernetesError(.tooLarge, "cannot watch \(kind.kind.kind): there are more than \(client.limits.listObjects)"))
                }
                if state.collection.resumeVersion != nil {
                    state.isRead = true
                    state.trouble = nil
                }
                return effect
            }
            switch effect {
            case .none: break
            case .changed(let addressees?): followers.tell(addressees)
            case .changed(nil):
                hooks.read(self)
                tellAll()
            case .ended(let error): throw error
            }
        }
    }

    /// Trouble counts when it lasts longer than the grace: an expired version is the normal end of a long pause, and is over at once.
    private func stumbled(_ error: KubernetesError) {
        let now = client.sender.environment.now()
        let isNew = state.withLock { state in
            let isNew = state.trouble == nil
            state.trouble = (error, state.trouble?.since ?? now)
            return isNew
        }
        if isNew { tellAll() }
    }

    private func tellAll() {
        switch place {
        case .namespace(let namespace): followers.tellAll(in: namespace)
        case .everywhere: followers.tellAll(in: nil)
        }
    }

    /// Servers end watches every few minutes; one that does so at once, or refuses, is asked less and less often.
    private func pause(_ failures: Int, isOrderly: Bool) -> Duration {
        let limits = client.limits
        let longest = isOrderly ? limits.longestOrderlyPause : limits.longestWatchPause
        let grown = min(limits.firstPause * (1 << min(failures, 10)), longest)
        return grown * (0.75 + client.sender.environment.random() / 2)
    }
}
