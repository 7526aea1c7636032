internal import ServiceLifecycle

/// The API server while it listens.
struct RunningServer: Sendable {
    let port: Int
    private let group: ServiceGroup
    private let work: Task<Void, Never>

    /// Returns when the server listens.
    static func start(_ server: APIServer) async throws(LocalClusterError) -> RunningServer {
        let place = "\(server.address):\(server.port)"
        let (ports, continuation) = AsyncStream.makeStream(of: Result<Int, LocalClusterError>.self, bufferingPolicy: .bufferingOldest(1))
        let group: ServiceGroup
        do {
            group = try server.group { continuation.yield(.success($0)) }
        } catch {
            throw LocalClusterError(code: .certificates, message: "the API server cannot use its certificates: \(error)")
        }
        let work = Task {
            do {
                try await group.run()
            } catch {
                continuation.yield(
                    .failure(LocalClusterError(code: .listening, message: "the API server cannot listen on \(place): \(error)")))
            }
            continuation.finish()
        }
        for await result in ports { return RunningServer(port: try result.get(), group: group, work: work) }
        throw LocalClusterError(code: .listening, message: "the API server on \(place) ended before it listened")
    }

    /// Lets open requests end, for a moment, and closes all connections.
    func stop() async {
        await group.triggerGracefulShutdown()
        await work.value
    }

    func wait() async { await work.value }
}
