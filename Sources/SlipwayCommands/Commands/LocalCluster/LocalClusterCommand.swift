package import ArgumentParser
internal import Foundation

package struct LocalClusterCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "local-cluster", abstract: "A Kubernetes API on this machine that runs pods as processes; for trying and testing.",
        discussion: """
            For one machine and one person. Nothing in it is a substitute for Kubernetes.

              slipway local-cluster up --images images.yaml --detach
              export KUBECONFIG=$(slipway local-cluster status -o json | jq -r .kubeconfig)
              kubectl get nodes
              slipway local-cluster down
            """,
        subcommands: [
            LocalClusterUpCommand.self, LocalClusterDownCommand.self, LocalClusterStatusCommand.self, LocalClusterImagesCommand.self,
            LocalClusterFaultCommand.self,
        ])

    package init() {}
}

/// Which cluster is meant: the one of this directory.
package struct ClusterPlace: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Its objects, kubeconfig, logs and volumes; else SLIPWAY_CLUSTER, else a standard place.", valueName: "directory"))
    package var data: String?

    package init() {}

    /// Absolute, because it is written into files that are read from elsewhere.
    package var directory: String {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.local/share"
        let path = data ?? environment["SLIPWAY_CLUSTER"] ?? home + "/slipway/local-cluster"
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
