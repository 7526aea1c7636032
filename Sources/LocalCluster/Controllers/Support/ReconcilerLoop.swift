internal import Logging

/// Runs one `Reconciler`: watches feed a queue, workers empty it, a failure is tried again with a growing delay.
struct ReconcilerLoop: Sendable {
    let reconciler: any Reconciler
    let store: ObjectStore
    let logger: Logger

    /// Returns when the task is cancelled.
    func run() async {
        let queue = WorkQueue<NamespacedName>()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for type in reconciler.watched {
                    group.addTask { await watch(type, queue) }
                }
                group.addTask { await resynchronise(queue) }
                for _ in 0..<ControllerLimits.workersPerController {
                    group.addTask { await work(queue) }
                }
            }
        } onCancel: {
            Task { await queue.close() }
        }
    }

    private func watch(_ type: ResourceType, _ queue: WorkQueue<NamespacedName>) async {
        await store.follow(type) { change in
            let keys = change.object.map { reconciler.keys(affectedBy: $0, type) } ?? reconciler.allKeys()
            for key in keys { await queue.add(key) }
        }
    }

    private func resynchronise(_ queue: WorkQueue<NamespacedName>) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: ControllerLimits.resyncInterval) } catch { return }
            for key in reconciler.allKeys() { await queue.add(key) }
        }
    }

    private func work(_ queue: WorkQueue<NamespacedName>) async {
        while let key = await queue.next() {
            do throws(APIError) {
                let again = try await reconciler.reconcile(key)
                await queue.succeeded(key)
                if let again { await queue.add(key, after: again) }
            } catch {
                if error.reason != .conflict && error.reason != .notFound {
                    logger.warning(
                        "cannot reconcile", metadata: ["controller": "\(reconciler.name)", "object": "\(key)", "error": "\(error)"])
                }
                await queue.retry(key)
            }
            await queue.done(key)
        }
    }
}
