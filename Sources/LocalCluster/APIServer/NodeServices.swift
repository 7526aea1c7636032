/// What the API server asks of the part that runs Pods. Implemented by the node.
package protocol NodeServices: Sendable {
    /// The log of one container, oldest line first. With `follow` the stream goes on until the container ends or the reader stops.
    ///
    /// - Throws: `BadRequest` when there is no such container or no previous run, `NotFound` when there is no such Pod.
    func logs(namespace: String, pod: String, container: String, options: LogOptions) async throws(APIError) -> AsyncStream<[UInt8]>

    /// Usage now, for `metrics.k8s.io`: nil when the Pod does not run.
    func usage(namespace: String, pod: String) async -> PodUsage?

    /// Begins a process in a container, or joins the one that it runs.
    ///
    /// - Throws: `InternalError` with the kubelet's words when that is not possible, `TooManyRequests` above the limit of sessions.
    func start(_ command: RemoteCommand, namespace: String, pod: String) async throws(APIError) -> any RemoteProcess
}

/// What `pods/log` can be asked for.
package struct LogOptions: Sendable, Hashable {
    package var follow = false
    /// The run before the current one.
    package var previous = false
    package var timestamps = false
    package var tailLines: Int?
    package var limitBytes: Int?
    /// Only lines written at or after this moment.
    package var since: Timestamp?

    package init() {}
}

/// What the processes of a Pod use.
package struct PodUsage: Sendable, Hashable {
    package struct Container: Sendable, Hashable {
        package var name: String
        /// Billionths of a core, over the last interval.
        package var cpuNanocores: Int64
        package var memoryBytes: Int64

        package init(name: String, cpuNanocores: Int64, memoryBytes: Int64) {
            self.name = name
            self.cpuNanocores = cpuNanocores
            self.memoryBytes = memoryBytes
        }
    }

    package var containers: [Container]
    package init(containers: [Container]) { self.containers = containers }
}
