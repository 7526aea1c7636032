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

    /// Ephemeral containers of one Pod. They are never removed, so a Pod that is debugged again and again would grow without end.
    static let ephemeralContainers = 64
    /// Bytes of one WebSocket frame: kubectl sends 32 KiB and a byte at most, other clients a little more.
    static let webSocketFrameBytes = 256 * 1024
    /// Bytes of a message that comes in several frames.
    static let webSocketMessageBytes = 1024 * 1024
    /// How often a client is asked whether it is there: one that has gone without a word is then noticed within a minute.
    static let webSocketPingInterval = Duration.seconds(30)
    /// `exec` and `attach` end after this, the kubelet's own limit for idle streams.
    static let remoteSessionTimeout = Duration.seconds(4 * 60 * 60)
    /// Bytes of one SPDY frame of a port-forward: clients send 32 KiB at once.
    static let spdyFrameBytes = 1024 * 1024
    /// Bytes of the headers of one stream; they are three short ones.
    static let headerBlockBytes = 16 * 1024
    /// Connections through one port-forward at once.
    static let forwardedConnections = 256
    /// Bytes that are sent to a client of a port-forward at once.
    static let forwardPieceBytes = 32 * 1024
    /// How long a Pod may take to accept a forwarded connection: it is on this machine.
    static let forwardConnectTimeout = Duration.seconds(5)
    /// Pods that are asked for their metrics to answer one request, and how many at once.
    static let scrapedPods = 500
    static let scrapesAtOnce = 16
    /// How long one Pod has to show its metrics: Prometheus gives 10 seconds, but here a person waits.
    static let scrapeTimeout = Duration.seconds(3)
    /// Bytes and samples of one Pod's metrics.
    static let scrapedBytes = 4 * 1024 * 1024
    static let scrapedSamples = 50_000
}
