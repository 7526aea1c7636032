internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
package import Observability
package import RankingModel
package import ServiceLifecycle
internal import UnixSignals

/// The whole service: two listening ports, the model, the weights and their watcher, and the order in which they start and stop.
package struct RankingServer: Sendable {
    /// Where the service can be reached. With port 0 in the configuration, only this tells.
    package struct Addresses: Sendable, Hashable {
        package let http: String
        package let metrics: String
    }

    private let configuration: ServiceConfiguration
    private let weights: WeightsStore
    private let state = ServiceState()
    private let telemetry: Telemetry
    private let clock: UnixClock
    private let logger: Logger
    private let makeData: @Sendable () async -> RankingData

    /// Reads the weights; with unusable ones there is no service. Blocking, for a few small files.
    package init(
        configuration: ServiceConfiguration, logger: Logger, clock: UnixClock = .system,
        data: @escaping @Sendable () async -> RankingData = { SeededData.standard.make() }
    ) throws(ServiceError) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        makeData = data
        weights = try WeightsStore(path: configuration.weightsDirectory)
        telemetry = Telemetry(registry: MetricsRegistry(), configuration: configuration, clock: clock)
        telemetry.weightsLoaded(weights.current)
    }

    /// The services as one group. Run it; end it with SIGTERM, SIGINT or `triggerGracefulShutdown()`.
    /// - Parameter onListening: called once when both ports accept connections.
    package func makeGroup(
        handlingSignals: Bool = true, onListening: @escaping @Sendable (Addresses) -> Void = { _ in }
    ) -> ServiceGroup {
        let ports = ListeningPorts(count: 2) { [logger] ports in
            let addresses = Addresses(http: ports["http"] ?? "", metrics: ports["metrics"] ?? "")
            logger.notice("Listening", metadata: ["http": "\(addresses.http)", "metrics": "\(addresses.metrics)"])
            onListening(addresses)
        }
        let services: [any Service] = [
            application(MetricsResponder(registry: telemetry.registry), name: "metrics", port: configuration.metricsPort, ports: ports),
            application(
                APIResponder(
                    state: state, weights: weights, telemetry: telemetry, identity: ServiceIdentity(configuration: configuration),
                    clock: clock), name: "http", port: configuration.httpPort, ports: ports),
            WeightsWatcher(
                store: weights, interval: configuration.weightsPollInterval, telemetry: telemetry, logger: logger),
            ModelLoader(state: state, makeData: makeData, logger: logger),
            // The last to start is the first to be told to stop.
            DrainService(state: state, drain: configuration.drain, logger: logger),
        ]
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: handlingSignals ? [.sigterm, .sigint] : [], logger: logger)
        group.maximumGracefulShutdownDuration = configuration.drain + .seconds(ServiceLimits.finishSeconds)
        return ServiceGroup(configuration: group)
    }

    private func application<Responder: HTTPResponder>(
        _ responder: Responder, name: String, port: Int, ports: ListeningPorts
    ) -> some Service where Responder.Context == BasicRequestContext {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let address = configuration.listenAddress
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(ServiceLimits.idleConnectionSeconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: ServiceLimits.headerBytes, maxHeaderListSize: ServiceLimits.headerBytes,
                        maxHeaderFieldCount: ServiceLimits.headerCount))),
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(ServiceLimits.connections, logger: quiet)),
            onServerRunning: { channel in
                ports.opened(name, at: Self.text(address: address, port: channel.localAddress?.port ?? port))
            },
            logger: quiet)
    }

    private static func text(address: String, port: Int) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
