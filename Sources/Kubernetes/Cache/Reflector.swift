internal import Manifests
internal import Synchronization

/// Keeps one collection in memory: reads it once, then lives on its watch, and begins again where that broke off.
final class Reflector: Sendable {
    private struct State {
        var collection = WatchedCollection()
        var isRead = false
        /// Why nothing comes at present, and since when.
        var trouble: (error: KubernetesError, since: ContinuousClock.Instant)?
        var followers: [String: @Sendable () -> Void] = [:]
    }

    let scope: WatchScope
    private let client: KubernetesClient
    private let state = Mutex(State())

    init(scope: WatchScope, client: KubernetesClient) {
        self.scope = scope
        self.client = client
    }

    enum Sight {
        case reading
        case lost(KubernetesError)
        case clear([ObjectIdentity: WatchedObject])
    }

    /// What is known now. A connection that has just broken is expected to come back: only an outage of some seconds is one.
    var sight: Sight {
        let now = client.sender.environment.now()
        return state.withLock { state in
            if let trouble = state.trouble, !state.isRead || now - trouble.since > client.limits.watchGrace { return .lost(trouble.error) }
            return state.isRead ? .clear(state.collection.objects) : .reading
        }
    }

    var hasFollowers: Bool { state.withLock { !$0.followers.isEmpty } }
    func follow(_ owner: String, _ changed: @escaping @Sendable () -> Void) { state.withLock { $0.followers[owner] = changed } }
    func unfollow(_ owner: String) { state.withLock { $0.followers[owner] = nil } }

    /// Ends when the task is cancelled.
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

    /// One connection: the whole collection when it is not known, then its changes until the server ends the watch.
    private func session() async throws(KubernetesError) {
        if let version = state.withLock({ $0.collection.resumeVersion }) {
            do throws(KubernetesError) {
                try await follow(client.watch(scope.query, resourceVersion: version))
            } catch {
                state.withLock { $0.collection.refused(error) }
                throw error
            }
            return
        }
        defer { state.withLock { $0.collection.abandonReading() } }
        guard client.streamsLists else { return try await listAndWatch() }
        do throws(KubernetesError) {
            let events = try await client.watch(scope.query, sendsInitialEvents: true)
            state.withLock { $0.collection.beginReading() }
            try await follow(events)
        } catch  where error.isRefusedStreamingList {
            client.doNotStreamLists()
            try await listAndWatch()
        }
    }

    private func listAndWatch() async throws(KubernetesError) {
        state.withLock { $0.collection.beginReading() }
        let version = try await client.pages(of: scope.query) { page in self.state.withLock { $0.collection.add(page: page) } }
        finishedReading(at: version)
        try await follow(client.watch(scope.query, resourceVersion: version))
    }

    private func finishedReading(at version: String = "", _ prepare: (inout WatchedCollection) -> Void = { _ in }) {
        state.withLock { state in
            prepare(&state.collection)
            state.collection.endReading(at: version)
            state.isRead = true
            state.trouble = nil
        }
        tellFollowers()
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
                        KubernetesError(.tooLarge, "cannot watch \(scope.kind.kind): there are more than \(client.limits.listObjects)"))
                }
                if state.collection.resumeVersion != nil {
                    state.isRead = true
                    state.trouble = nil
                }
                return effect
            }
            switch effect {
            case .none: break
            case .changed: tellFollowers()
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
        if isNew { tellFollowers() }
    }

    private func tellFollowers() {
        for changed in state.withLock({ Array($0.followers.values) }) { changed() }
    }

    /// Servers end watches every few minutes; one that does so at once, or refuses, is asked less and less often.
    private func pause(_ failures: Int, isOrderly: Bool) -> Duration {
        let limits = client.limits
        let longest = isOrderly ? limits.longestOrderlyPause : limits.longestWatchPause
        let grown = min(limits.firstPause * (1 << min(failures, 10)), longest)
        return grown * (0.75 + client.sender.environment.random() / 2)
    }
}
