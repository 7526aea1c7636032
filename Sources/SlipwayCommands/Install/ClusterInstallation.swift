/// The controller's own objects in a cluster. `slipway init cluster` prints them, and `manifests/slipway` has them as they are by default;
/// both come from here.
package struct ClusterInstallation: Sendable {
    /// How far the controller's rights reach.
    package enum Mode: String, Sendable, CaseIterable {
        /// A ClusterRole: every namespace, and Environments may create theirs.
        case cluster
        /// A Role in each Environment's namespace, and nothing for the whole cluster.
        case namespaced
    }

    /// A file of `manifests/slipway`.
    package struct File: Sendable, Hashable {
        package var path: String
        package var text: String
    }

    package var mode = Mode.cluster
    package var namespace = "slipway"
    /// Only for `namespaced`.
    package var environmentNamespaces = ["nova-staging", "nova-prod"]
    package var image = "docker.io/nova/slipway:\(SlipwayVersion.current)"
    package var repository = "https://git.example.com/nova/deploy.git"
    package var branch = "main"
    /// The Secret with the access token of the repository under `token`; `nil` for a repository that asks for none.
    package var tokenSecret: String? = "slipway-git"
    package var storageSize = "5Gi"
    /// The cluster's default when `nil`.
    package var storageClass: String?
    /// Where the API server listens. A NetworkPolicy sees a packet after the address of the Service was replaced by the server's own.
    package var apiServerPorts = [443, 6443]

    package init() {}

    /// The objects of the mode, in the order in which they are to be applied.
    package var objects: [File] { base + (mode == .cluster ? [clusterRole] : environmentRoles) }

    /// All objects as one document stream.
    package var text: String {
        objects.map(\.text).joined(separator: "---\n")
    }

    /// What `manifests/slipway` holds: a base and both modes, with the defaults.
    package static var folder: [File] {
        let standard = ClusterInstallation()
        let base = standard.base
        func kustomization(_ folder: String, _ comment: String, _ resources: [String]) -> File {
            let list = resources.map { "  - \($0)\n" }.joined()
            return File(
                path: "\(folder)/kustomization.yaml",
                text: "# \(comment)\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\nresources:\n\(list)")
        }
        func placed(_ files: [File], in folder: String) -> [File] { files.map { File(path: "\(folder)/\($0.path)", text: $0.text) } }
        return placed(base, in: "base")
            + [
                kustomization(
                    "base", "The controller, without its rights on Environments: use ../cluster or ../namespaced.", base.map(\.path))
            ]
            + placed([standard.clusterRole], in: "cluster")
            + [kustomization("cluster", "The controller, with rights in every namespace.", ["../base", standard.clusterRole.path])]
            + placed(standard.environmentRoles, in: "namespaced")
            + [
                kustomization(
                    "namespaced", "The controller, with rights in the namespaces of its Environments alone. They must exist.",
                    ["../base"] + standard.environmentRoles.map(\.path))
            ]
    }
}
