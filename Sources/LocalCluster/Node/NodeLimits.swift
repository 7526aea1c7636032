/// The numbers that bound what the node does, each with its reason.
package enum NodeLimits {
    /// Where a LocalCluster listens on the first address of its network, so that another one on this machine takes the next. Above the
    /// range from which Linux draws client ports, so that no outgoing connection can take it by chance.
    package static let lockPort = 61_127
    /// Second octets to choose from. 127.0 is everybody's, the lowest ones are what people pick by hand.
    package static let networkNumbers = 16...239
    /// Third octets of Pod and of Service addresses.
    package static let podSubnets = 1...127
    package static let serviceSubnets = 128...254

    /// One line of a container's log; longer ones are kept in pieces, as container runtimes do.
    package static let logLineBytes = 16 * 1024
    /// Read from a log file at once when it is sent to a client.
    package static let logChunkBytes = 256 * 1024
    /// Log chunks that wait for a slow client before its stream ends.
    package static let logChunksWaiting = 256
    /// How long the pipes of a process that has ended are still read: a child that left its process group may hold them open.
    package static let outputDrainTimeout = Duration.seconds(1)
    /// What a container may leave behind as its last words: Kubernetes' limit.
    package static let terminationMessageBytes = 4096
    package static let terminationMessageLogLines = 80
    package static let terminationMessageLogBytes = 2048

    /// What a probe reads of an answer before it stops.
    package static let probeAnswerBytes = 10 * 1024
    /// What an exec probe's output may be; more is cut.
    package static let execOutputBytes = 10 * 1024
    /// What a preStop or postStart command is given beyond the Pod's own grace period.
    package static let hookTimeout = Duration.seconds(30)

    /// How long a connection through a Service waits for one Pod to accept it.
    package static let connectTimeout = Duration.seconds(2)
    /// Connections through all Services at once; further ones are refused.
    package static let proxyConnections = 8192
    /// How long a Pod that is to stop is given to answer on connections that were just begun; an idle connection may never be answered.
    package static let drainTimeout = Duration.seconds(1)
    package static let drainInterval = Duration.milliseconds(5)
    /// Commands of `kubectl exec` that run at once on the node: each is a process, three pipes and a connection.
    package static let execSessions = 64
    /// Clients of `kubectl attach` at one container.
    package static let attachedClients = 16
    /// Pieces of output that wait for a client that is attached; one that is slower than the container is cut off, because the container
    /// must not wait for it.
    package static let attachedChunks = 256
    /// How long the output of a command that has ended is still read. A slow client gets what is in the pipes; a process that has left
    /// the session and holds them open is not waited for longer.
    package static let execDrainTimeout = Duration.seconds(10)
    /// After the node was told to stop, processes have this long between SIGTERM and SIGKILL, whatever their Pods say.
    package static let shutdownGrace = Duration.seconds(2)
    /// Waiting for a killed process to be gone; beyond it the Pod is given up as far as the API is concerned.
    package static let killTimeout = Duration.seconds(10)
    /// One content of a volume: Kubernetes limits a ConfigMap to 1 MiB.
    package static let volumeBytes = 4 * 1024 * 1024
    /// How often the Node object says that the node is there; the kubelet's own interval when nothing changes.
    package static let heartbeat = Duration.seconds(300)
    /// A directory's lock is tried for so long: who only asks whether it is taken holds it for microseconds.
    package static let directoryLockWait = Duration.milliseconds(300)
    package static let directoryLockPause = Duration.milliseconds(10)
    /// The images file is small by nature.
    package static let imagesFileBytes = 1024 * 1024
}
