internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle

/// The HTTPS server of the API. It takes any free port unless told one.
struct APIServer: Sendable {
    let handler: APIHandler
    let administration: ClusterAdministration
    let address: String
    let port: Int
    let certificatePEM: [UInt8]
    let privateKeyPEM: [UInt8]
    let authorityPEM: [UInt8]
    let logger: Logger

    /// The server as a group of services, to be run and to be shut down; `started` is told the port.
    func group(started: @escaping @Sendable (Int) -> Void) throws -> ServiceGroup {
        let responder = APIResponder(handler: handler, certificates: ClientCertificates(), administration: administration)
        let tls = try tls()
        let server = HTTPServerBuilder { respond in
            let http = HTTP1Channel(responder: respond, configuration: .init(idleTimeout: .seconds(APIServerLimits.idleSeconds)))
            let channel = UpgradableChannel(http: http) { head, channel in await responder.upgrade(head, channel: channel) }
            return try TLSChannel(channel, tlsConfiguration: tls)
        }
        let application = Application(
            responder: responder, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(APIServerLimits.connections)),
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) }, logger: logger)
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = APIServerLimits.shutdownGrace
        return ServiceGroup(configuration: configuration)
    }

    /// A client may come without a certificate, and is then told so by the API; one that it brings has to be ours.
    private func tls() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(certificatePEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
