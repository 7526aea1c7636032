/// Every limit of this room, with its reason. A client may be made with others.
package struct HTTPLimits: Sendable {
    /// Body bytes of one collected response. A list of a few thousand Kubernetes objects is some ten megabytes.
    package var responseBytes = 64 << 20
    /// Bytes of a response's header fields together; servers send a few kilobytes.
    package var headerBytes = 256 << 10
    /// Bytes a stream holds for a slow reader before the transfer is paused. Some seconds of a busy watch.
    package var streamBufferBytes = 256 << 10
    /// Requests of one client under way at a time, those that wait for a connection included.
    package var transfers = 1024
    /// Connections to one host. Each HTTP/1.1 watch holds one for its whole life, so this is above the watches of a controller.
    package var connectionsPerHost = 256
    /// Idle connections that are kept for reuse.
    package var idleConnections = 16
    /// Seconds after which an idle connection is not reused; below the idle limits of common load balancers (60 s).
    package var idleConnectionSeconds = 50

    /// Seconds for which sent bytes may stay unacknowledged by the peer's machine before the connection counts as dead. Without it one
    /// half-open HTTP/2 connection would be tried again by every request until keep-alive gives up, minutes later. About half of the 15 s of a
    /// usual lease, so that a dead connection leaves time to renew it over another; several retransmissions (0.2, 0.4, 0.8... s) lie within.
    static let unacknowledgedSeconds = 8

    /// The limits above.
    package init() {}

    /// The default of ``HTTPRequest/maximumResponseBytes``.
    package static let standard = HTTPLimits()
}

/// Bounds on how long a request may take. None of them is unlimited unless it says so.
package struct HTTPTimeouts: Sendable, Hashable {
    /// From the start to an established connection: name resolution, TCP and TLS together.
    package var connect: Duration
    /// The whole request. For a stream: until the response head has come; the body then takes as long as it takes.
    package var total: Duration?
    /// The longest time without one byte in either direction. `nil` waits for ever, which is right for a log that is followed.
    package var stall: Duration?

    /// Connect within 10 s, finish within 60 s, never stand still for 30 s.
    package init(connect: Duration = .seconds(10), total: Duration? = .seconds(60), stall: Duration? = .seconds(30)) {
        self.connect = connect
        self.total = total
        self.stall = stall
    }
}
