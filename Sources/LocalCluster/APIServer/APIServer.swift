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
        let application = Application(
            responder: APIResponder(handler: handler, certificates: ClientCertificates(), administration: administration),
            server: try .tls(.http1(configuration: .init(idleTimeout: .seconds(APIServerLimits.idleSeconds))), tlsConfiguration: tls()),
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
