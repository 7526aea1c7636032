internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// One entrance: whoever comes, connections are limited in number and in idleness.
struct Listener {
    var idle = ConsoleLimits.idle
    var connections = ConsoleLimits.connections
    var logger: Logger

    func application(
        _ router: Router<ConsoleContext>, at address: BindAddress, onRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: router, server: .http1(configuration: .init(idleTimeout: TimeAmount(idle))),
            configuration: .init(
                address: address, serverName: "slipway",
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)),
            onServerRunning: onRunning, logger: logger)
    }
}
