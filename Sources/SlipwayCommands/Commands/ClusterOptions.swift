package import ArgumentParser
internal import Controller
internal import Foundation
internal import Kubernetes
internal import Manifests

/// The cluster whose schemas are asked for.
package struct ClusterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Check objects against the schemas of the cluster of this context.", valueName: "name"))
    package var context: String?

    @Option(
        help: ArgumentHelp(
            "The kubeconfig to use; $KUBECONFIG or ~/.kube/config unless it is given. Alone: its current context.", valueName: "file"))
    package var kubeconfig: String?

    @Option(help: ArgumentHelp("Check against a cluster of the controller's configuration; needs --config.", valueName: "name"))
    package var cluster: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The controller's own configuration, for --cluster.", valueName: "file"))
    package var config: String?

    package init() {}

    /// A person waits for the answer, and without it the rest of the check is said all the same.
    private static let callDeadline: Duration = .seconds(10)

    package func validate() throws {
        if cluster != nil, config == nil { throw ValidationError("--cluster needs --config with the controller's configuration") }
        if cluster == nil, config != nil { throw ValidationError("--config is for --cluster; name the cluster too") }
        if cluster != nil, context != nil || kubeconfig != nil {
            throw ValidationError("--cluster names a cluster of the controller, --context and --kubeconfig one of yours: give one of them")
        }
    }

    private static let warn: @Sendable (String) -> Void = { Terminal.progress("warning: \($0)") }

    /// `nil` when no cluster is named: none is asked by chance.
    func client() throws -> KubernetesClient? {
        if let cluster, let config {
            return try Clusters(ControllerConfiguration.load(path: config).clusters, warn: Self.warn).client(cluster)
        }
        guard context != nil || kubeconfig != nil else { return nil }
        do throws(KubernetesError) {
            let environment = ProcessInfo.processInfo.environment
            var limits = KubernetesLimits()
            limits.callDeadline = Self.callDeadline
            let client = KubernetesClient(
                access: try Kubeconfig.load(path: kubeconfig, environment: environment).access(context: context), limits: limits)
            for warning in client.warnings { Self.warn(warning) }
            return client
        } catch {
            throw CommandError(.error, error.message)
        }
    }
}
