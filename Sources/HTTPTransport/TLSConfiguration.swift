/// How a client proves itself and whom it trusts. Everything is PEM bytes in memory; nothing is read from a path later.
package struct TLSConfiguration: Sendable, Hashable {
    /// The certificate authorities to trust, and no others. `nil` trusts the system's.
    package var caPEM: [UInt8]?
    /// The client's certificate, followed by its chain.
    package var certificatePEM: [UInt8]?
    package var privateKeyPEM: [UInt8]?
    /// The name the server's certificate must carry, when it differs from the URL's host.
    package var serverName: String?
    /// Accepts any certificate. Only ever set because an operator wrote so; whoever sets it should say so in the log.
    package var insecureSkipVerify: Bool

    package init(
        caPEM: [UInt8]? = nil, certificatePEM: [UInt8]? = nil, privateKeyPEM: [UInt8]? = nil, serverName: String? = nil,
        insecureSkipVerify: Bool = false
    ) {
        self.caPEM = caPEM
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
        self.serverName = serverName
        self.insecureSkipVerify = insecureSkipVerify
    }
}

/// Which proxy a client uses. Unix sockets never go through one.
package enum HTTPProxy: Sendable, Hashable {
    /// `http_proxy`, `https_proxy` and `no_proxy` of the environment; never for this machine's own addresses.
    case environment
    case none
    /// One proxy for all requests, such as `http://proxy:3128` or `socks5h://127.0.0.1:1080`. Loopback addresses too: behind the far end
    /// of a tunnel they mean another machine.
    case url(String)
}
