internal import Logging

/// The API server of a cluster through its restarts, which keep its port.
actor ServerKeeper {
    nonisolated let port: Int
    private let make: @Sendable (_ port: Int) -> APIServer
    private let logger: Logger
    private var server: RunningServer?
    /// Counts the servers, to tell one that ends by itself from one that was replaced.
    private var generation = 0
    private var isStopped = false
    private let ended = OneValue<Bool>()

    static func start(
        port: Int, logger: Logger, _ make: @escaping @Sendable (_ port: Int) -> APIServer
    ) async throws(LocalClusterError) -> ServerKeeper {
        let running = try await RunningServer.start(make(port))
        let keeper = ServerKeeper(running, logger, make)
        await keeper.watch(running)
        return keeper
    }

    private init(_ server: RunningServer, _ logger: Logger, _ make: @escaping @Sendable (_ port: Int) -> APIServer) {
        port = server.port
        self.server = server
        self.logger = logger
        self.make = make
    }

    /// Nobody can connect for `pause`; open connections and watches are cut.
    func restart(after pause: Duration) async {
        guard !isStopped, let old = server else { return }
        server = nil
        await old.stop()
        do { try await Task.sleep(for: pause) } catch { return }
        for attempt in 1...APIServerLimits.restartAttempts where !isStopped {
            do throws(LocalClusterError) {
                let running = try await RunningServer.start(make(port))
                if isStopped { return await running.stop() }
                server = running
                return watch(running)
            } catch {
                logger.warning("the API server does not start again", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                do { try await Task.sleep(for: APIServerLimits.restartRetryInterval) } catch { return }
            }
        }
        ended.set(true)
    }

    /// A server that ends by itself ends the cluster.
    private func watch(_ running: RunningServer) {
        generation += 1
        let own = generation
        Task {
            await running.wait()
            if server != nil, generation == own, !isStopped { ended.set(true) }
        }
    }

    func stop() async {
        isStopped = true
        let last = server
        server = nil
        await last?.stop()
        ended.set(true)
    }

    nonisolated func wait() async { _ = await ended.value() }
}
