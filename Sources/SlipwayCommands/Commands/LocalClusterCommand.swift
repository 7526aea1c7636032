package import ArgumentParser
internal import LocalCluster
internal import Logging
internal import Observability
internal import ServiceLifecycle
internal import UnixSignals

package struct LocalClusterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "local-cluster", abstract: "A Kubernetes API on this machine that runs pods as processes; for trying and testing.",
        discussion: "For one machine and one person. Nothing in it is a substitute for Kubernetes.")

    @Option(help: ArgumentHelp("Where it keeps its kubeconfig, logs and volumes.", valueName: "directory"))
    var directory: String

    @Option(help: ArgumentHelp("Which image names are which local programs; docs/local-cluster.md.", valueName: "file"))
    var images: String?

    @Option(help: "The port of the API server; 0 takes a free one.")
    var port = 0

    @OptionGroup var log: LogOptions

    package init() {}

    package func run() async throws {
        let logger = log.logger("local-cluster")
        var configuration = LocalClusterConfiguration(directory: directory)
        configuration.imagesFile = images
        configuration.port = port
        do {
            let cluster = try await LocalCluster.start(configuration: configuration, logger: logger)
            logger.info("the cluster is ready", metadata: ["api": "\(cluster.apiURL)", "kubeconfig": "\(cluster.kubeconfigPath)"])
            let group = ServiceGroup(services: [cluster], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await group.run()
        } catch let error as LocalClusterError {
            throw CommandError(.error, error.message)
        }
    }
}
