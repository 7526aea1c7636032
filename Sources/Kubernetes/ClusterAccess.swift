package import HTTPTransport

/// Where an API server is and how we prove who we are: what a kubeconfig's context, or a Pod's service account, comes down to.
package struct ClusterAccess: Sendable {
    /// Without a trailing slash, such as `https://10.0.0.1:6443`.
    package var server: String
    package var tls: TLSConfiguration
    /// Where parts of `tls` come from, when from files: they are read again, as whoever renews them only replaces the files.
    package var tlsFiles = TLSFiles()
    package var token: Token
    package var proxy: HTTPProxy = .environment
    /// Whom every request is made as, when that is not ourselves.
    package var impersonation: Impersonation?
    /// The context's namespace, where one is named.
    package var namespace: String?
    /// For messages: `context "nova" of /home/x/.kube/config`.
    package var origin: String
    /// What works but should not stay so, each a sentence for whoever starts the program.
    package var warnings: [String] = []

    package enum Token: Sendable, Hashable {
        case none
        case fixed(String)
        /// Read again when it gets old, and at once after a 401.
        case file(String)
        /// A program gives a token or a client certificate, for as long as it says, and is asked again after a 401.
        case plugin(CredentialPlugin)
    }

    /// Absolute paths.
    package struct TLSFiles: Sendable, Hashable {
        package var authority: String?
        package var certificate: String?
        package var key: String?

        package init(authority: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }

        var isEmpty: Bool { authority == nil && certificate == nil && key == nil }
    }

    package init(server: String, tls: TLSConfiguration = TLSConfiguration(), token: Token = .none, namespace: String? = nil, origin: String)
    {
        self.server = server
        self.tls = tls
        self.token = token
        self.namespace = namespace
        self.origin = origin
    }
}
