internal import Manifests

extension ResourceHandler {
    func watch(name: String?) throws(APIError) -> APIResponse {
        var selection = try selection()
        if let name {
            let only = try FieldQuery("metadata.name=\(name)", type)
            selection.fields = FieldQuery(joining: selection.fields, only)
        }
        let initialEvents = request.flag("sendInitialEvents")
        let events: AsyncStream<WatchEvent>
        let end: @Sendable () -> Void
        do throws(APIError) {
            (events, end) = try store.openWatch(
                type, path.namespace, request.query["resourceVersion"], bookmarks: request.flag("allowWatchBookmarks"),
                initialEvents: initialEvents)
        } catch  where error.reason == .expired {
            // Once a watch was understood, API servers tell errors as events.
            return .watchError(error)
        }
        let asked = request.query["timeoutSeconds"].flatMap { Int64($0) }.flatMap { $0 > 0 ? Duration.seconds($0) : nil }
        let timeout = min(asked ?? APIServerLimits.watchTimeout, request.watchLimit ?? APIServerLimits.watchTimeout)
        let writer = WatchWriter(
            representation: Representation(request, resource), resource: resource, selection: selection, store: store)
        return APIResponse(
            body: .stream { chunks in
                let timer = Task {
                    try await Task.sleep(for: timeout)
                    end()
                }
                defer {
                    timer.cancel()
                    end()
                }
                try await writer.run(events, &chunks)
            })
    }
}

/// Turns changes into the lines of a watch, seen through its selection.
struct WatchWriter: Sendable {
    let representation: Representation
    let resource: ServedResource
    let selection: Selection
    let store: ObjectStore
    private var environment: StoreEnvironment { store.environment }

    @concurrent func run(_ events: AsyncStream<WatchEvent>, _ chunks: inout any ChunkWriter) async throws {
        // The head of the answer goes out at once, before the first change.
        try await chunks.write([])
        var isFirst = true
        for await event in events {
            guard let (type, object) = line(event, isFirst: isFirst) else { continue }
            isFirst = false
            try await store.settle(event.revision)
            let line: Value = ["type": .string(type), "object": object]
            try await chunks.write(JSON.bytes(line) + [0x0A])
        }
    }

    /// An object that enters the selection is added to it, one that leaves is deleted from it.
    private func line(_ event: WatchEvent, isFirst: Bool) -> (type: String, object: Value)? {
        switch event.kind {
        case .bookmark:
            return ("BOOKMARK", bookmark(event))
        case .initialEventsEnd:
            var object = bookmark(event)
            object["metadata", "annotations"] = ["k8s.io/initial-events-end": "true"]
            return ("BOOKMARK", object)
        case .added, .modified, .deleted:
            let isIn = event.kind != .deleted && selection.matches(event.object)
            let wasIn = event.kind != .added && event.previous.map(selection.matches) ?? false
            let object = { (object: Value) in representation.value(of: object, now: environment.now(), withColumns: isFirst) }
            switch (wasIn, isIn) {
            case (false, false): return nil
            case (false, true): return ("ADDED", object(event.object))
            case (true, true): return ("MODIFIED", object(event.object))
            case (true, false):
                var last = event.kind == .deleted ? event.object : event.previous ?? event.object
                last["metadata", "resourceVersion"] = .string(event.resourceVersion)
                return ("DELETED", object(last))
            }
        }
    }

    private func bookmark(_ event: WatchEvent) -> Value {
        [
            "kind": .string(resource.type.kind), "apiVersion": .string(resource.type.apiVersion),
            "metadata": ["resourceVersion": .string(event.resourceVersion), "creationTimestamp": .null],
        ]
    }
}

extension FieldQuery {
    init(joining first: FieldQuery, _ second: FieldQuery) {
        self.init(requirements: first.requirements + second.requirements)
    }
}
