internal import Logging
internal import NIOPosix
internal import RankingModel
internal import ServiceLifecycle

/// Looks for newer weights again and again, until the service stops.
struct WeightsWatcher: Service {
    let store: WeightsStore
    let interval: Duration
    let telemetry: Telemetry
    let logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await Task.sleep(for: interval)
                    // Files are read on NIO's threads for blocking work, not on those that answer requests.
                    let store = store
                    let outcome = try await NIOThreadPool.singleton.runIfActive { store.poll() }
                    report(outcome)
                }
            }
        } catch is CancellationError {
            // This is how the watcher is told to stop.
        }
    }

    private func report(_ outcome: WeightsStore.Outcome) {
        switch outcome {
        case .unchanged: return
        case .replaced(let snapshot):
            telemetry.weightsReplaced(by: snapshot)
            logger.notice(
                "New ranking weights are in use",
                metadata: ["weights_version": "\(snapshot.version)", "weights": "\(snapshot.weights.canonicalJSON)"])
        case .rejected(let reason):
            telemetry.weightsRejected()
            logger.error(
                "New ranking weights are not usable; the last good ones stay in use",
                metadata: ["reason": "\(reason)", "weights_version": "\(store.current.version)"])
        }
    }
}
