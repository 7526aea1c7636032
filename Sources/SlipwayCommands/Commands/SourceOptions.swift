internal import ArgumentParser
internal import Controller
internal import Foundation
internal import Helm
internal import Kustomize

/// What rendering may use beside the files of the repository.
struct SourceOptions: ParsableArguments {
    @Option(help: "The program that renders charts: a path, or a name that is looked for in PATH.")
    var helm = "helm"

    @Option(
        name: .customLong("allow-remote-host"),
        help: "A host whose repositories kustomizations may name, pinned to a commit. May be given several times.")
    var allowedRemoteHosts: [String] = []

    init() {}

    func renderer(files: any FileProvider, remotes: RemoteBases) -> RepositoryRenderer {
        RepositoryRenderer(files: files, helm: HelmProgram(helm), remotes: remotes.trees)
    }

    /// Mirrors are kept in the user's cache: what a commit holds never changes.
    func remotes() throws -> RemoteBases {
        for host in allowedRemoteHosts where !RemoteBases.isHost(host) {
            throw CommandError(
                .usage, "--allow-remote-host: \"\(host)\" is no host; write github.com, git.example.com:8443 or http://host:port")
        }
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(NSHomeDirectory())/.cache"
        return RemoteBases(hosts: allowedRemoteHosts, folder: "\(cache)/slipway/remotes")
    }
}
