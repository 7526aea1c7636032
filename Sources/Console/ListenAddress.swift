internal import Controller

/// `host:port` of the configuration.
enum ListenAddress {
    /// Tokens travel in clear text here, so only the machine itself may listen in: anything else needs TLS in front of it.
    static func parse(_ text: String) throws(ControllerError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw ControllerError(.configuration, "listen.address \"\(text)\" is not host:port, such as 127.0.0.1:8417")
        }
        let host = String(text[..<colon])
        guard host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.") else {
            throw ControllerError(
                .configuration,
                "listen.address \(text) is not on loopback: bearer tokens would cross the network in clear text. Listen on 127.0.0.1 and let a TLS proxy stand in front of it"
            )
        }
        return (host, port)
    }
}
