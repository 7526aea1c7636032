internal import Synchronization

/// The faults of a running API server. May be set from any task.
package final class FaultSwitch: Sendable {
    private struct State {
        var plan = FaultPlan()
        var hanging: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }) { self.now = now }

    package var entries: [FaultPlan.Entry] { state.withLock { $0.plan.entries } }

    /// - Returns: its number, for `remove`.
    /// - Throws: `TooManyRequests` for more than `FaultPlan.maximumRules`.
    @discardableResult
    package func set(_ rule: FaultRule) throws(APIError) -> Int {
        let time = now()
        guard let id = state.withLock({ $0.plan.add(rule, at: time) }) else {
            throw APIError(.tooManyRequests, "more than \(FaultPlan.maximumRules) faults are set; clear some")
        }
        return id
    }

    /// - Returns: whether there was such a rule.
    @discardableResult
    package func remove(_ id: Int) -> Bool {
        let removed = state.withLock { $0.plan.remove(id) }
        release()
        return removed
    }

    package func clear() {
        state.withLock { $0.plan.removeAll() }
        release()
    }

    func fault(for request: APIRequest) -> Fault? {
        let time = now()
        return state.withLock { state in
            if state.plan.entries.isEmpty { return nil }
            return state.plan.fault(
                for: FaultMatch(request), isContinued: request.query["continue"]?.isEmpty == false, at: time)
        }
    }

    // MARK: - Requests that are never answered

    /// Ends when the faults are cleared, or with `finish`.
    func hang() -> (stream: AsyncStream<Void>, finish: @Sendable () -> Void) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let id = state.withLock { state in
            state.next += 1
            state.hanging[state.next] = continuation
            return state.next
        }
        return (
            stream,
            { [weak self] in
                continuation.finish()
                self?.state.withLock { state in state.hanging[id] = nil }
            }
        )
    }

    private func release() {
        let hanging = state.withLock { state in
            defer { state.hanging = [:] }
            return Array(state.hanging.values)
        }
        for continuation in hanging { continuation.finish() }
    }
}

extension FaultMatch {
    /// What a request is about, in the words of the API.
    init(_ request: APIRequest) {
        self.init(user: request.user.name)
        guard let path = ResourcePath(request.segments) else {
            verb = request.method.rawValue.lowercased()
            return
        }
        resource = path.subresource.map { "\(path.plural)/\($0)" } ?? path.plural
        namespace = path.namespace
        name = path.name
        switch request.method {
        case .get, .head, .options: verb = request.flag("watch") ? "watch" : path.name == nil ? "list" : "get"
        case .post: verb = "create"
        case .put: verb = "update"
        case .patch: verb = "patch"
        case .delete: verb = path.name == nil ? "deletecollection" : "delete"
        }
    }
}
