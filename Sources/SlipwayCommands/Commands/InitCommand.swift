package import ArgumentParser
internal import HTTPTransport

package struct InitCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Print what Slipway needs somewhere, to be looked at and applied.",
        subcommands: [InitClusterCommand.self])

    package init() {}
}

package struct InitClusterCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Print the objects that run the controller in a cluster.",
        discussion: """
            Nothing is sent anywhere: look at them, then
                slipway init cluster --repository URL | kubectl apply --server-side -f -
            The same objects, with the defaults, are in manifests/slipway as bases for kustomize. docs/install.md has the steps.
            """)

    @Option(help: "cluster: rights in every namespace. namespaced: in those of --environment-namespaces alone.")
    var mode = ClusterInstallation.Mode.cluster

    @Option(name: .shortAndLong, help: "The controller's namespace.")
    var namespace: String?

    @Option(
        help: ArgumentHelp("The namespaces of the Environments, separated by commas; for --mode namespaced.", valueName: "names"))
    var environmentNamespaces: String?

    @Option(help: "The controller's image.")
    var image: String?

    @Option(help: ArgumentHelp("The remote to watch.", valueName: "url"))
    var repository: String?

    @Option(help: "Its branch.")
    var branch: String?

    @Option(help: ArgumentHelp("The Secret with the remote's access token under \"token\".", valueName: "name"))
    var tokenSecret: String?

    @Flag(help: "The remote asks for no token.")
    var publicRepository = false

    @Option(help: ArgumentHelp("Of the volume for the journal.", valueName: "quantity"))
    var storageSize: String?

    @Option(help: ArgumentHelp("Of the volume for the journal; the cluster's default unless it is given.", valueName: "name"))
    var storageClass: String?

    @Option(
        help: ArgumentHelp(
            "A port on which the API server itself listens, for the NetworkPolicy; may be repeated. 443 and 6443 unless it is given.",
            valueName: "port"))
    var apiServerPort: [Int] = []

    package init() {}

    package func validate() throws {
        for (option, name) in [("--namespace", namespace), ("--token-secret", tokenSecret), ("--storage-class", storageClass)] {
            if let name, !Self.isName(name) { throw ValidationError("\(option): \"\(name)\" cannot be a name in Kubernetes") }
        }
        for name in environments ?? [] where !Self.isName(name) {
            throw ValidationError("--environment-namespaces: \"\(name)\" cannot be a name in Kubernetes")
        }
        var seen: Set<String> = []
        for name in environments ?? [] where !seen.insert(name).inserted {
            throw ValidationError("--environment-namespaces has \"\(name)\" twice")
        }
        for port in apiServerPort where !(1...65535).contains(port) {
            throw ValidationError("--api-server-port: \(port) is no port")
        }
        switch (mode, environments) {
        case (.cluster, .some): throw ValidationError("--environment-namespaces goes with --mode namespaced; --mode cluster covers all")
        case (.namespaced, .none), (.namespaced, .some([])):
            throw ValidationError("--mode namespaced needs --environment-namespaces: the namespaces that the controller may change")
        case (.cluster, .none), (.namespaced, .some): break
        }
        if publicRepository, tokenSecret != nil { throw ValidationError("give --token-secret or --public-repository, not both") }
        if let storageSize, storageSize.wholeMatch(of: /[0-9]+(\.[0-9]+)?([KMGTPE]i?|k|m)?/) == nil {
            throw ValidationError("--storage-size: \"\(storageSize)\" is no quantity, such as 5Gi")
        }
        for (option, text) in [("--image", image), ("--repository", repository), ("--branch", branch)] {
            guard let text else { continue }
            if text.isEmpty || text.contains(where: { $0.isNewline || $0.isWhitespace }) {
                throw ValidationError("\(option) is empty or has blanks in it")
            }
        }
        try requireWebRemote()
    }

    /// The image has no ssh, and no folder of this machine.
    private func requireWebRemote() throws {
        guard let repository, WebRemote(repository) == nil else { return }
        let shown = HTTPRequest.redacted(url: repository)
        throw ValidationError(
            "--repository \(shown): the image has no ssh and sees no folder of this machine, so the remote must be https://HOST[:PORT]/PATH (or http://); over ssh it needs an image of your own and the file edited by hand"
        )
    }

    package func run() { Terminal.line(installation.text.trimmingTrailingNewline()) }

    var installation: ClusterInstallation {
        var installation = ClusterInstallation()
        installation.mode = mode
        if let namespace { installation.namespace = namespace }
        if let environments { installation.environmentNamespaces = environments }
        if let image { installation.image = image }
        if let repository { installation.repository = repository }
        if let branch { installation.branch = branch }
        if let tokenSecret { installation.tokenSecret = tokenSecret }
        if publicRepository { installation.tokenSecret = nil }
        if let storageSize { installation.storageSize = storageSize }
        installation.storageClass = storageClass
        if !apiServerPort.isEmpty { installation.apiServerPorts = apiServerPort }
        return installation
    }

    private var environments: [String]? {
        environmentNamespaces.map { $0.split(separator: ",").map { String($0) } }
    }

    /// RFC 1123, as namespaces are named.
    private static func isName(_ text: String) -> Bool {
        text.count <= 63 && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil
    }
}

extension ClusterInstallation.Mode: ExpressibleByArgument {}
