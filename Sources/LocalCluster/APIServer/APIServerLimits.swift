/// The limits of the API server, with their reasons.
enum APIServerLimits {
    /// Bytes of a request's body: what Kubernetes allows.
    static let bodyBytes = 3 * 1024 * 1024
    /// Objects of one answer to a list; more are given in parts with `continue`, as a client with a smaller limit asks for.
    static let listItems = 50_000
    /// A body that takes longer to arrive is not waited for.
    static let bodyTimeout = Duration.seconds(60)
    /// A watch ends after this at most, as on a real server; clients begin anew.
    static let watchTimeout = Duration.seconds(30 * 60)
    /// Watchers that asked for bookmarks get one this often: a client that resumes then hardly ever meets a forgotten revision.
    static let bookmarkInterval = Duration.seconds(15)
    /// Connections that are open at once: each watch of a client may be one.
    static let connections = 4096
    /// An idle connection is closed after this.
    static let idleSeconds: Int64 = 120
    /// Client certificates whose names are remembered, so that they are read once and not with every request.
    static let rememberedCertificates = 256
    /// Bearer tokens whose signature is remembered as good.
    static let rememberedTokens = 256
    /// Seconds that the token of a kubeconfig is good for: a year, as long as a client certificate.
    static let kubeconfigTokenSeconds: Int64 = 365 * 86_400
    /// Bytes of a webhook's answer: room for a patch as large as an object.
    static let webhookAnswerBytes = 3 * 1024 * 1024
    /// Characters of a webhook's complaint that are passed on.
    static let webhookErrorCharacters = 500
    /// Clients for webhooks, one for each authority that they trust; each has a thread.
    static let webhookClients = 16
    /// How long open requests may take to end when the server stops.
    static let shutdownGrace = Duration.seconds(2)
    /// Bytes of an answer from a Pod or Service that is passed on.
    static let proxyBodyBytes = 16 * 1024 * 1024
    /// A Pod or Service that is asked through the proxy has to answer in this time.
    static let proxyTimeout = Duration.seconds(30)
    /// A request that a fault leaves without an answer is dropped after this: longer than any client waits.
    static let hangTimeout = Duration.seconds(30 * 60)
    /// A restarted server has to get its port back in this many attempts; another program may hold it for a moment.
    static let restartAttempts = 50
    static let restartRetryInterval = Duration.milliseconds(100)
}
