/// How a node runs Pods.
package struct NodeConfiguration: Sendable {
    package var nodeName = "local"
    /// Volumes and logs of Pods live below it. Emptied at the start.
    package var stateDirectory: String
    /// Maps image names to local executables; `nil`: no image exists.
    package var imagesFile: String?
    /// Between restarts of a container that ends again and again.
    package var restartBackoff: Backoff = .kubernetes
    /// Between attempts to pull an image that cannot be had.
    package var pullBackoff: Backoff = .kubernetes
    /// A running container's log is rotated at this size; one rotated file is kept.
    package var logBytes = 10 * 1024 * 1024
    /// How often mounted ConfigMaps and Secrets are compared with the store.
    package var volumeRefreshInterval = Duration.seconds(1)
    /// How often memory and processor use are measured.
    package var usageInterval = Duration.seconds(1)
    /// Until a container was healthy for the first time its startup and readiness probes are also asked in between, this often. Such an
    /// extra answer counts only when it is a success, so a failure takes as long as the manifest says and a start is noticed at once.
    /// `nil`: only when the manifest says.
    package var eagerProbeInterval: Duration? = .milliseconds(200)
    /// How long to wait before a container whose ConfigMap or Secret is missing is tried again.
    package var configurationRetry = Duration.seconds(1)

    package init(stateDirectory: String, imagesFile: String? = nil) {
        self.stateDirectory = stateDirectory
        self.imagesFile = imagesFile
    }
}
