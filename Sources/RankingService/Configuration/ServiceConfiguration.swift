package import Logging
package import Observability

/// All that can be set from outside.
package struct ServiceConfiguration: Sendable {
    package enum FallbackMode: String, Sendable, CaseIterable {
        case none
        /// Answers come from what is cached; no database is asked.
        case cacheOnly = "cache-only"
    }

    /// An IP address. In a Pod it is the Pod's own.
    package var listenAddress = "127.0.0.1"
    /// 0 lets the system choose.
    package var httpPort = 8080
    package var metricsPort = 9090
    package var weightsDirectory = "/etc/ranking-weights"
    package var weightsPollInterval: Duration = .seconds(1)
    package var version = BuiltIn.version
    /// Who answered, for the reader of an answer.
    package var podName = "local"
    package var fallbackMode = FallbackMode.none
    package var databaseMaxConnections = 30
    /// How long requests are still answered after the order to stop.
    package var drain: Duration = .seconds(5)
    package var logFormat = LogFormat.text
    package var logLevel = Logger.Level.info

    package init() {}
}
