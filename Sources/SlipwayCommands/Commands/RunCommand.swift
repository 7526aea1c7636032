package import ArgumentParser
internal import Console
internal import Controller
internal import Foundation
internal import Logging
internal import Observability
internal import ServiceLifecycle
internal import UnixSignals

package struct RunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the controller.",
        discussion: "Stops gracefully on SIGTERM or SIGINT: a release in the middle is left as it stands and goes on at the next start.")

    @Option(name: .shortAndLong, help: ArgumentHelp("The controller's own configuration; docs/configuration.md.", valueName: "file"))
    var config: String

    @OptionGroup var log: LogOptions

    package init() {}

    package func run() async throws {
        Allocator.limit()
        let logger = log.logger("slipway")
        do {
            let configuration = try ControllerConfiguration.load(path: config)
            let state = try StateDirectory(path: configuration.stateDirectory)
            let registry = MetricsRegistry()
            ProcessMetrics.register(in: registry)
            let controller = try Controller(
                configuration: configuration, state: state, clock: SystemClock.controller, logger: logger, registry: registry,
                onCommit: CrashPoint.fromEnvironment())
            try state.remember(configuration: config)
            let console = ConsoleServer(controller: controller, registry: registry, state: state)
            logger.info(
                "slipway starts",
                metadata: [
                    "version": "\(SlipwayVersion.current)", "repository": "\(Redacted.url(configuration.repository.url))",
                    "state": "\(state.path)",
                ])
            // They are stopped from the last to the first: the controller gives its leases back before the console waits for its clients.
            var services = ServiceGroupConfiguration(
                services: [
                    .init(service: console, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: controller, successTerminationBehavior: .gracefullyShutdownGroup),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.quiet(logger))
            services.maximumGracefulShutdownDuration = Self.longestStop
            let trimming = Task { await Allocator.trimAfterWork() }
            defer { trimming.cancel() }
            do {
                try await ServiceGroup(configuration: services).run()
            } catch is CancellationError {
                logger.notice("what was still under way after \(Self.longestStop) was cut off")
            }
            logger.info("slipway has stopped")
        } catch let error as ControllerError {
            throw CommandError(.error, error.message)
        }
    }

    /// For the whole stop, requests under way included. Below the 60 s that the kubelet and systemd give before they kill.
    private static let longestStop: Duration = .seconds(45)

    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .error
        return logger
    }
}
