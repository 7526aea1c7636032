internal import Console
internal import Controller
internal import Delivery
internal import Journal
internal import Logging
internal import Manifests
internal import Observability
internal import UnixSignals

/// Acts while no controller runs: at 3 a.m. it may be the thing that is broken.
struct Alone {
    let controller: Controller
    /// Who the socket would say is asking.
    let actor = Actor(name: UserNames.current, source: .socket)

    /// Asks the controller, and without one does the same here.
    ///
    /// - Parameters:
    ///   - readOnly: for looking.
    ///   - ask: over the connection.
    ///   - act: by itself.
    static func orElse(
        _ options: AloneOptions, _ connection: ConnectionOptions, readOnly: Bool = false, ask: (ConnectionOptions) async throws -> Void,
        act: (Alone) async throws -> Void
    ) async throws {
        let connection = try options.connection(connection)
        do {
            return try await ask(connection)
        } catch let unreachable as ControlClient.Unreachable {
            guard try connection.client().socket != nil, let found = try options.installation(connection) else {
                throw CommandError(.error, unreachable.message)
            }
            var logger = Logger(label: "slipway")
            logger.logLevel = .error
            let controller = try Controller(
                alone: found.configuration, state: found.state, readOnly: readOnly, clock: SystemClock.controller, logger: logger,
                registry: MetricsRegistry(), onCommit: CrashPoint.fromEnvironment())
            Terminal.progress("the controller is not running; this command acts by itself")
            try await refusing { try await act(Alone(controller: controller)) }
        }
    }

    /// As the one controller of these Environments' clusters, until `work` has ended or a signal asks it to stop.
    func lead(
        _ environments: @escaping @Sendable () async throws -> [String], _ work: @escaping @Sendable (Alone, [String]) async throws -> Void
    ) async throws {
        try await controller.recall()
        let names = try await environments()
        for name in names { _ = try await controller.state(of: name) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await controller.alone(for: names, saying: { Terminal.progress($0) }) { try await work(self, names) }
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    throw CommandError(
                        .error, "interrupted; what is stored goes on when a controller starts, or when this command is run again")
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// A Release as the API answers with it.
    func release(_ id: Int64) async throws -> Value { try await controller.journal.release(id).map(Documents.release) ?? .null }

    /// The controller's refusals with the exit codes that they have over the API.
    private static func refusing(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as RequestRefused {
            switch error.code {
            case .denied, .held: throw CommandError(.denied, error.message)
            case .notFound, .notPossible: throw CommandError(.error, error.message)
            }
        }
    }
}
