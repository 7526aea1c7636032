internal import Logging
internal import NIOCore
internal import Observability

extension ServiceConfiguration {
    /// Reads the environment variables of the service. All mistakes are reported at once. An empty variable counts as not set.
    package init(environment: [String: String]) throws(ServiceError) {
        self.init()
        var reader = EnvironmentReader(environment: environment)
        if let value = reader.text("LISTEN_ADDRESS", wanted: "an IP address", valid: Self.isAddress) { listenAddress = value }
        if let value = reader.integer("HTTP_PORT", in: 0...65_535) { httpPort = value }
        if let value = reader.integer("METRICS_PORT", in: 0...65_535) { metricsPort = value }
        if httpPort == metricsPort, httpPort != 0 {
            reader.mistakes.append("HTTP_PORT and METRICS_PORT are both \(httpPort); give them different ports")
        }
        if let value = reader.text("RANKING_WEIGHTS_DIR", wanted: "an absolute path", valid: { $0.hasPrefix("/") }) {
            weightsDirectory = value
        }
        if let value = reader.text("SERVICE_VERSION", wanted: "1 to 128 letters, digits or any of .-_+", valid: Self.isVersion) {
            version = value
        }
        if let value = reader.text("POD_NAME", wanted: "at most 253 letters, digits or any of .-_", valid: Self.isPodName) {
            podName = value
        }
        if let value: FallbackMode = reader.choice("FALLBACK_MODE") { fallbackMode = value }
        if let value = reader.integer("DATABASE_MAX_CONNECTIONS", in: 1...1000) { databaseMaxConnections = value }
        if let value = reader.integer("DRAIN_SECONDS", in: 0...600) { drain = .seconds(value) }
        if let value: LogFormat = reader.choice("LOG_FORMAT") { logFormat = value }
        if let value: Logger.Level = reader.choice("LOG_LEVEL") { logLevel = value }
        guard reader.mistakes.isEmpty else {
            throw ServiceError(.invalidConfiguration, "the configuration cannot be used: " + reader.mistakes.joined(separator: "; "))
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        do {
            _ = try SocketAddress(ipAddress: text, port: 0)
            return true
        } catch {
            return false
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        text.utf8.count <= 128 && text.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "+") }
    }

    private static func isPodName(_ text: String) -> Bool { text.utf8.count <= 253 && text.utf8.allSatisfy(isWordByte) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
