internal import Controller

/// `host:port` of the configuration.
enum ListenAddress {
    /// Without TLS tokens travel in clear text, so only the machine itself may listen in.
    static func parse(_ text: String, hasTLS: Bool) throws(ControllerError) -> (host: String, port: Int) {
        let (host, port) = try parts(text, key: "listen.address", example: "127.0.0.1:8417")
        if hasTLS { return (unbracketed(host), port) }
        guard host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.") else {
            throw ControllerError(
                .configuration,
                "listen.address \(text) is not on loopback: bearer tokens would cross the network in clear text. Set listen.tls with a certificate, or listen on 127.0.0.1 and let a TLS proxy stand in front of it"
            )
        }
        return (host, port)
    }

    /// Of `listen.metrics`, which may be on every address.
    static func parseMetrics(_ text: String) throws(ControllerError) -> (host: String, port: Int) {
        let (host, port) = try parts(text, key: "listen.metrics", example: "0.0.0.0:9090")
        return (unbracketed(host), port)
    }

    /// The brackets of an IPv6 address belong to the notation, not to the address.
    private static func unbracketed(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func parts(_ text: String, key: String, example: String) throws(ControllerError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port),
            colon != text.startIndex
        else { throw ControllerError(.configuration, "\(key) \"\(text)\" is not host:port, such as \(example)") }
        return (String(text[..<colon]), port)
    }
}
