internal import Logging
internal import ServiceLifecycle

/// The first to hear of the order to stop, as services are stopped in the reverse order of their start. It turns readiness off and goes on
/// waiting, and only when it returns are the servers told to close: by then every proxy has stopped sending us requests.
struct DrainService: Service {
    let state: ServiceState
    let drain: Duration
    let logger: Logger

    func run() async throws {
        do {
            try await gracefulShutdown()
            state.startDraining()
            logger.notice("Stopping: not ready any more, still answering", metadata: ["drain": "\(drain)"])
            try await Task.sleep(for: drain)
            logger.info("Drained: finishing what is in flight")
        } catch is CancellationError {
            // Cancelled outright: there is nothing to wait for.
            state.startDraining()
        }
    }
}
