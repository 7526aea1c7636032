internal import Logging
internal import RankingModel
internal import ServiceLifecycle

/// Learns the model, then turns readiness on, then waits for the end.
struct ModelLoader: Service {
    let state: ServiceState
    let makeData: @Sendable () async -> RankingData
    let logger: Logger

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let ranker = await learn()
        state.finishStarting(with: ranker)
        logger.notice(
            "Ready",
            metadata: [
                "users": "\(ranker.data.users.count)", "videos": "\(ranker.data.videos.count)", "events": "\(ranker.data.events.count)",
                "learned_in": "\(clock.now - start)",
            ])
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // The end, too.
        }
    }

    @concurrent
    private func learn() async -> Ranker { Ranker(data: await makeData()) }
}
