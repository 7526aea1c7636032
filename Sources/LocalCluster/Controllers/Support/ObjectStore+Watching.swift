package import Manifests

/// What a watch that renews itself tells.
package enum StoreChange: Sendable {
    case stored(Value)
    /// The last state of an object that is gone.
    case deleted(Value)
    /// Changes may have been missed: look at everything again.
    case interrupted

    package var object: Value? {
        switch self {
        case .stored(let object), .deleted(let object): object
        case .interrupted: nil
        }
    }
}

extension ObjectStore {
    /// Runs `body` for every object of the type and then for every change, until the task is cancelled. A stream that was too slow and
    /// was ended by the store is begun anew, and told as `interrupted`.
    package func follow(_ type: ResourceType, _ body: (StoreChange) async -> Void) async {
        while !Task.isCancelled {
            do {
                for await event in try watch(type) {
                    switch event.kind {
                    case .added, .modified: await body(.stored(event.object))
                    case .deleted: await body(.deleted(event.object))
                    case .bookmark, .initialEventsEnd: break
                    }
                }
                if Task.isCancelled { return }
                await body(.interrupted)
            } catch {
                // Too many watches are open: wait for one to close.
                do { try await Task.sleep(for: ControllerLimits.watchRetryDelay) } catch { return }
            }
        }
    }

    /// Replaces an object that was read before; fails with `conflict` when it was written since.
    @discardableResult
    package func replace(_ type: ResourceType, _ object: Value) throws(APIError) -> Value {
        try update(type, namespace: object.namespace ?? "", name: object.name ?? "", expectedResourceVersion: object.resourceVersion) {
            $0 = object
        }
    }

    /// As `replace`, for `status` alone; nothing is written when it is what is stored.
    @discardableResult
    package func replaceStatus(_ type: ResourceType, of object: Value, with status: Value) throws(APIError) -> Value {
        if object["status"] == status { return object }
        return try updateStatus(
            type, namespace: object.namespace ?? "", name: object.name ?? "", expectedResourceVersion: object.resourceVersion
        ) { $0["status"] = status }
    }

    /// Deletes this very object; one that is gone already is as good.
    package func remove(_ type: ResourceType, _ object: Value, gracePeriodSeconds: Int64? = nil) throws(APIError) {
        do {
            try delete(
                type, namespace: object.namespace ?? "", name: object.name ?? "",
                options: DeleteOptions(uid: object.uid, gracePeriodSeconds: gracePeriodSeconds))
        } catch  where error.reason == .notFound || error.reason == .conflict {
            return
        }
    }

    package func get(_ type: ResourceType, _ key: NamespacedName) -> Value? { get(type, namespace: key.namespace, name: key.name) }
}
