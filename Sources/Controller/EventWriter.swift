internal import Kubernetes
internal import Logging
internal import Manifests

/// Writes Events behind the lanes' backs: a cluster that is away, or that does not let us, never holds a Release up, nor the Events of
/// another cluster.
actor EventWriter {
    private struct Queue {
        var waiting: [ClusterEvent] = []
        var recorder: EventRecorder?
        var isWriting = false
    }

    private let clusters: Clusters
    private let logger: Logger
    /// By cluster.
    private var queues: [String: Queue] = [:]

    init(clusters: Clusters, logger: Logger) {
        self.clusters = clusters
        self.logger = logger
    }

    /// Returns at once. Above the limit the oldest ones are left out.
    func write(_ events: [ClusterEvent], cluster: String) {
        var queue = queues[cluster] ?? Queue()
        queue.waiting += events
        if queue.waiting.count > Limits.waitingEvents { queue.waiting.removeFirst(queue.waiting.count - Limits.waitingEvents) }
        let starts = !queue.isWriting && !queue.waiting.isEmpty
        if starts { queue.isWriting = true }
        queues[cluster] = queue
        if starts { Task { await writeAll(to: cluster) } }
    }

    private func writeAll(to cluster: String) async {
        while let event = next(of: cluster) {
            do {
                try await recorder(cluster).record(event)
            } catch {
                logger.notice(
                    "an event could not be written",
                    metadata: ["cluster": "\(cluster)", "reason": "\(event.reason)", "error": "\(error)"])
            }
        }
    }

    /// The oldest that waits; without one the writing has ended.
    private func next(of cluster: String) -> ClusterEvent? {
        guard var queue = queues[cluster] else { return nil }
        defer { queues[cluster] = queue }
        guard !queue.waiting.isEmpty else {
            queue.isWriting = false
            return nil
        }
        return queue.waiting.removeFirst()
    }

    private func recorder(_ cluster: String) throws(ControllerError) -> EventRecorder {
        if let recorder = queues[cluster]?.recorder { return recorder }
        let recorder = EventRecorder(client: try clusters.client(cluster))
        queues[cluster]?.recorder = recorder
        return recorder
    }
}
