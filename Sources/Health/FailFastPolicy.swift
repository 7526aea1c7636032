/// When a rollout is called failed before its deadline. Each number is a trade between speed and patience with what heals by itself.
package struct FailFastPolicy: Sendable, Hashable {
    /// Ends of one container of a new Pod, while it is not ready, from which on it is a crash loop. The second end is where a kubelet
    /// begins to back off, so by then the same thing went wrong twice.
    package var crashes: Int
    /// Restarts, within `memorySeconds`, of a container that is ready again between its crashes.
    package var restartsWhileReady: Int
    /// Ends longer ago than this say nothing about a container that is ready now.
    package var memorySeconds: Int64
    /// How long a new Pod may be without a node: time for a cluster autoscaler, or for an old Pod to go.
    package var unschedulableSeconds: Int64
    /// How long Pods may be refused (quota, admission, a ServiceAccount that is created in the same moment).
    package var replicaFailureSeconds: Int64
    package var failOnImagePull: Bool

    package init(
        crashes: Int = 2, restartsWhileReady: Int = 5, memorySeconds: Int64 = 900, unschedulableSeconds: Int64 = 60,
        replicaFailureSeconds: Int64 = 10, failOnImagePull: Bool = true
    ) {
        self.crashes = crashes
        self.restartsWhileReady = restartsWhileReady
        self.memorySeconds = memorySeconds
        self.unschedulableSeconds = unschedulableSeconds
        self.replicaFailureSeconds = replicaFailureSeconds
        self.failOnImagePull = failOnImagePull
    }

    /// For a Pod by itself, where only the kubelet's own words count and not the number of crashes.
    static let singlePod = FailFastPolicy(crashes: .max, restartsWhileReady: .max)
}
