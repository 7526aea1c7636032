/// What a local cluster is started with.
package struct LocalClusterConfiguration: Sendable {
    /// Its certificates, kubeconfig, and the files and logs of its Pods. Made when missing; mode 0700.
    package var directory: String
    /// Where the API listens: loopback only.
    package var address = "127.0.0.1"
    /// 0: any free port.
    package var port = 0
    /// Maps image names to local executables; nil: no image exists.
    package var imagesFile: String?
    /// False: the API and the controllers alone; Pods stay `Pending`.
    package var runsPods = true
    /// Objects are kept below the directory, in `state/`, and are there again at the next start. False: they end with the process.
    package var keepsState = false
    package var logLimits = LogLimits()
    /// Changes how the node runs Pods, such as its back-off, for tests.
    package var adjustNode: @Sendable (inout NodeConfiguration) -> Void = { _ in }
    /// Namespaces that exist from the start, beside the ones that every cluster has.
    package var namespaces: [String] = []

    package init(directory: String) { self.directory = directory }
}

/// Why a local cluster does not start.
package struct LocalClusterError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable { case directory, certificates, listening, node, state, running }

    package var code: Code
    package var message: String

    package var description: String { message }
}
