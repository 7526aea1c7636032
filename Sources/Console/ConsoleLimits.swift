/// The bounds of the entrances, with their reasons.
enum ConsoleLimits {
    /// A connection without a request for this long is closed, and so is one whose request does not go on: whoever opens connections and
    /// says nothing must not keep the kubelet's probes out. Twice what a poll of the command line takes between two requests.
    static let idle: Duration = .seconds(30)
    /// Open connections of each of the three entrances. People, hooks, Prometheus and probes are some dozens; each has a descriptor and some
    /// kilobytes, so that three times as many stay far below the process's limit of descriptors (1024 where nobody raised it).
    static let connections = 200
    /// Between two looks at the files of the API's certificate: who renews it does not wait for it.
    static let certificatePoll: Duration = .seconds(10)
    /// Of each of the two: a chain of certificates has some kilobytes.
    static let certificateBytes = 1 << 20
    /// Failed authentications of one peer within the window; then it waits until the window is over. Nobody mistypes so often.
    static let failures = 30
    static let failureWindow: Duration = .seconds(60)
    /// Peers whose failures are counted, some 100 bytes each.
    static let failingPeers = 1000
}
