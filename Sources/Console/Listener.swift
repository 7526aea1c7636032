internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore

/// One entrance: whoever comes, connections are limited in number and in idleness.
struct Listener {
    var idle = ConsoleLimits.idle
    var connections = ConsoleLimits.connections
    var logger: Logger
    /// `nil` for plain HTTP.
    var certificate: ServerCertificate?

    func application(
        _ router: Router<ConsoleContext>, at address: BindAddress, onRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> some ApplicationProtocol {
        let http = HTTP1Channel.Configuration(idleTimeout: TimeAmount(idle))
        let certificate = certificate
        let server = HTTPServerBuilder { responder in
            let channel = HTTP1Channel(responder: responder, configuration: http)
            guard let certificate else { return channel }
            return try TLSChannel(channel, tlsConfiguration: certificate.server)
        }
        return Application(
            router: router, server: server,
            configuration: .init(
                address: address, serverName: "slipway",
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)),
            onServerRunning: onRunning, logger: logger)
    }
}
