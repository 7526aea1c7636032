internal import Kubernetes
internal import Logging
internal import Manifests

/// Writes Events behind the lanes' backs: a cluster that is away, or that does not let us, never holds a Release up.
actor EventWriter {
    private struct Waiting {
        var event: ClusterEvent
        var cluster: String
    }

    private let clusters: Clusters
    private let logger: Logger
    private var waiting: [Waiting] = []
    private var recorders: [String: EventRecorder] = [:]
    private var isWriting = false

    init(clusters: Clusters, logger: Logger) {
        self.clusters = clusters
        self.logger = logger
    }

    /// Returns at once. Above the limit the oldest ones are left out.
    func write(_ events: [ClusterEvent], cluster: String) {
        waiting += events.map { Waiting(event: $0, cluster: cluster) }
        if waiting.count > Limits.waitingEvents { waiting.removeFirst(waiting.count - Limits.waitingEvents) }
        guard !isWriting, !waiting.isEmpty else { return }
        isWriting = true
        Task { await writeAll() }
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            do {
                try await recorder(next.cluster).record(next.event)
            } catch {
                logger.notice("an event could not be written", metadata: ["reason": "\(next.event.reason)", "error": "\(error)"])
            }
        }
        isWriting = false
    }

    private func recorder(_ cluster: String) throws(ControllerError) -> EventRecorder {
        if let recorder = recorders[cluster] { return recorder }
        let recorder = EventRecorder(client: try clusters.client(cluster))
        recorders[cluster] = recorder
        return recorder
    }
}
