package import Controller
internal import Delivery
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
package import Observability
internal import ServiceLifecycle

/// The HTTP entrances of the controller: the Unix socket of the command line, and the address of health, metrics, hooks and token bearers.
/// Both serve the same routes; who is asking is found out per request, and what they may do is the controller's to say. A third one,
/// where the configuration has it, serves health and metrics alone, to whoever can reach it.
package struct ConsoleServer: Service {
    private let controller: Controller
    private let registry: MetricsRegistry
    private let addressFile: String
    private let metricsAddressFile: String

    package init(controller: Controller, registry: MetricsRegistry, state: StateDirectory) {
        self.controller = controller
        self.registry = registry
        addressFile = state.address
        metricsAddressFile = state.metricsAddress
    }

    package func run() async throws {
        let configuration = controller.configuration
        let (host, port) = try ListenAddress.parse(configuration.listenAddress, hasTLS: configuration.listenTLS != nil)
        let clock = controller.clock
        let certificate = try configuration.listenTLS.map { files throws(ControllerError) in
            try ServerCertificate(files, now: { clock.now().milliseconds / 1000 })
        }
        if let certificate {
            registry.gauge("slipway_api_certificate_expiry_timestamp_seconds", "When the API's certificate expires, in Unix time.") {
                Double(certificate.notAfter)
            }
        }
        let metrics = try configuration.metricsAddress.map(metricsServer)
        let router = makeRouter()
        try SocketFile.clear(configuration.socket)
        let listener = Listener(logger: quiet)
        let socket = listener.application(router, at: .unixDomainSocket(path: configuration.socket)) { _ in
            SocketFile.restrict(configuration.socket)
        }
        let addressFile = addressFile
        let logger = controller.logger
        var entrance = listener
        entrance.certificate = certificate
        let network = entrance.application(router, at: .hostname(host, port: port)) { channel in
            let name = certificate != nil && host.contains(":") ? "[\(host)]" : host
            let address = "\(certificate == nil ? "" : "https://")\(name):\(channel.localAddress?.port ?? 0)"
            SocketFile.write("\(address)\n", to: addressFile)
            logger.info("listening", metadata: ["address": "\(address)", "socket": "\(configuration.socket)"])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await socket.run() }
            group.addTask { try await network.run() }
            if let certificate { group.addTask { await certificate.watch(logger) } }
            if let metrics { group.addTask { try await metrics.run() } }
            try await group.next()
            group.cancelAll()
        }
    }

    private func metricsServer(_ address: String) throws -> some ApplicationProtocol {
        let (host, port) = try ListenAddress.parseMetrics(address)
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: AnswerErrors(logger: controller.logger))
        HealthRoutes(controller: controller, registry: registry).add(to: router)
        let (file, logger) = (metricsAddressFile, controller.logger)
        return Listener(logger: quiet).application(router, at: .hostname(host, port: port)) { channel in
            let text = host.contains(":") ? "[\(host)]" : host
            let address = "\(text):\(channel.localAddress?.port ?? 0)"
            SocketFile.write("\(address)\n", to: file)
            logger.info("health and metrics", metadata: ["address": "\(address)"])
        }
    }

    /// Hummingbird's own lines say nothing that ours do not.
    private var quiet: Logger {
        var logger = controller.logger
        logger.logLevel = .error
        return logger
    }

    func makeRouter() -> Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: AnswerErrors(logger: controller.logger))
        HealthRoutes(controller: controller, registry: registry).add(to: router)
        let api = router.group("api/v1").add(
            middleware: Authentication(controller: controller, limiter: AuthenticationLimiter()))
        ReadRoutes(controller: controller).add(to: api)
        WriteRoutes(controller: controller).add(to: api)
        OutboxRoutes(controller: controller).add(to: api)
        TokenRoutes(controller: controller).add(to: api)
        return router
    }
}
