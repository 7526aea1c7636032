internal import Logging
internal import NIOCore
internal import Observability
internal import ServiceLifecycle

/// The service as a program: environment in, exit code out.
package enum RankingProgram {
    /// Runs until SIGTERM or SIGINT.
    /// - Returns: 0 after an orderly end, 78 if the configuration or the weights cannot be used, 1 if it could not listen or broke down.
    package static func run(environment: [String: String]) async -> Int32 {
        let configuration: ServiceConfiguration
        do throws(ServiceError) {
            configuration = try ServiceConfiguration(environment: environment)
        } catch {
            let format = LogFormat(rawValue: environment["LOG_FORMAT"] ?? "") ?? .text
            LogSetup.logger(label: BuiltIn.serviceName, format: format).critical("Not starting: \(error)")
            return error.exitCode
        }
        LogSetup.bootstrap(format: configuration.logFormat, level: configuration.logLevel)
        let logger = Logger(label: BuiltIn.serviceName)
        do {
            let server = try RankingServer(configuration: configuration, logger: logger)
            logger.notice(
                "Starting", metadata: ["version": "\(configuration.version)", "pod": "\(configuration.podName)"])
            try await server.makeGroup().run()
            logger.notice("Stopped")
            return 0
        } catch let error as ServiceError {
            logger.critical("Not starting: \(error)")
            return error.exitCode
        } catch let error as IOError {
            let ports = "\(configuration.httpPort) and \(configuration.metricsPort)"
            logger.critical("Not starting: cannot listen on \(configuration.listenAddress), ports \(ports): \(error)")
            return ServiceError(.cannotListen, "").exitCode
        } catch {
            logger.critical("Stopped by an error: \(error)")
            return 1
        }
    }

    package static let help = """
        The video ranking service. It is configured by its environment:

          LISTEN_ADDRESS            IP address to listen on (127.0.0.1)
          HTTP_PORT                 port of the service (8080); 0 for any free one
          METRICS_PORT              port of /metrics (9090); 0 for any free one
          RANKING_WEIGHTS_DIR       directory of the ConfigMap ranking-weights (/etc/ranking-weights)
          SERVICE_VERSION           version that answers report (\(BuiltIn.version))
          POD_NAME                  name that answers report (local)
          FALLBACK_MODE             none or cache-only (none)
          DATABASE_MAX_CONNECTIONS  1 to 1000 (30)
          DRAIN_SECONDS             how long to go on answering after SIGTERM, 0 to 600 (5)
          LOG_FORMAT                text or json (text)
          LOG_LEVEL                 trace, debug, info, notice, warning, error or critical (info)

        Exit codes: 0 stopped in order, 1 error, 78 the configuration or the weights cannot be used.
        """
}
