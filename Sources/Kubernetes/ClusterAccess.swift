package import HTTPTransport

/// Where an API server is and how we prove who we are: what a kubeconfig's context, or a Pod's service account, comes down to.
package struct ClusterAccess: Sendable {
    /// Without a trailing slash, such as `https://10.0.0.1:6443`.
    package var server: String
    package var tls: TLSConfiguration
    package var token: Token
    /// The context's namespace, where one is named.
    package var namespace: String?
    /// For messages: `context "nova" of /home/x/.kube/config`.
    package var origin: String

    package enum Token: Sendable, Hashable {
        case none
        case fixed(String)
        /// Read again when it gets old, and at once after a 401.
        case file(String)
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
