internal import Controller

/// `host:port` of the configuration.
enum ListenAddress {
    /// Tokens travel in clear text here, so only the machine itself may listen in: anything else needs TLS in front of it.
    static func parse(_ text: String) throws(ControllerError) -> (host: String, port: Int) {
        let (host, port) = try parts(text, key: "listen.address", example: "127.0.0.1:8417")
        guard host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.") else {
            throw ControllerError(
                .configuration,
                "listen.address \(text) is not on loopback: bearer tokens would cross the network in clear text. Listen on 127.0.0.1 and let a TLS proxy stand in front of it"
            )
        }
        return (host, port)
    }

    /// Of `listen.metrics`, which may be on every address.
    static func parseMetrics(_ text: String) throws(ControllerError) -> (host: String, port: Int) {
        var (host, port) = try parts(text, key: "listen.metrics", example: "0.0.0.0:9090")
        // The brackets of an IPv6 address belong to the notation, not to the address.
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return (host, port)
    }

    private static func parts(_ text: String, key: String, example: String) throws(ControllerError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port),
            colon != text.startIndex
        else { throw ControllerError(.configuration, "\(key) \"\(text)\" is not host:port, such as \(example)") }
        return (String(text[..<colon]), port)
    }
}
