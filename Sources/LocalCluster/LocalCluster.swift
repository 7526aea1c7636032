internal import Certificates
package import Logging
internal import Manifests
internal import ServiceLifecycle
internal import Synchronization

/// A Kubernetes cluster on this machine: the API over TLS on loopback, its controllers, and a node that runs Pods as processes.
///
/// In a test: `start`, use `kubeconfigPath`, `stop`. In a program: give it to a service group, which runs it until shutdown. Objects
/// live in memory and end with it, unless the configuration keeps them.
package final class LocalCluster: Service {
    package let store: ObjectStore
    /// `https://127.0.0.1:PORT`
    package let apiURL: String
    /// With the administrator's client certificate; mode 0600.
    package let kubeconfigPath: String

    private let lock: Mutex<DirectoryLock?>
    private let state: ClusterState
    private let logger: Logger
    private let files: ClusterFiles
    private let certificates: ClusterCertificates
    private let node: LocalNode?
    private let server: ServerKeeper
    private let tokens: ServiceAccountTokens
    private let administration: ClusterAdministration
    private let startedAt: Timestamp
    /// The controllers and the bookmarks.
    private let control: Task<Void, Never>
    private let isStopped = Mutex(false)

    /// Starts everything and returns when the API answers.
    package static func start(
        configuration: LocalClusterConfiguration, logger: Logger = Logger(label: "local-cluster")
    ) async throws(LocalClusterError) -> LocalCluster {
        let files = ClusterFiles(directory: configuration.directory)
        try files.prepare()
        let lock = try await DirectoryLock.take(configuration.directory)
        let former = try configuration.keepsState ? ClusterRecord.read(configuration.directory) : nil
        let certificates = try ClusterCertificates(files, addresses: [configuration.address, "127.0.0.1"], now: Timestamp.now())
        let state = try ClusterState.open(configuration, files, authorityPEM: certificates.authority.certificatePEM, logger)
        let store = state.store
        try furnish(store, configuration)
        let tokens = try tokens(files, store)
        let address = APIAddress()
        if configuration.port != 0 { address.set(host: configuration.address, port: configuration.port) }
        let node = try await startNode(configuration, state, tokens, address, logger)
        let administration = ClusterAdministration(faults: FaultSwitch(now: store.environment.now))
        let handler = APIHandler(store: store, node: node, tokens: tokens, logger: logger)
        let make = { @Sendable (port: Int) in
            APIServer(
                handler: handler, administration: administration, address: configuration.address, port: port,
                certificatePEM: certificates.server.certificatePEM, privateKeyPEM: certificates.server.privateKeyPEM,
                authorityPEM: certificates.authority.certificatePEM, logger: logger)
        }
        let server = try await startServer(configuration.port, former: former?.port, logger, make)
        address.set(host: configuration.address, port: server.port)
        let url = "https://\(configuration.address):\(server.port)"
        try files.write(
            "kubeconfig",
            Kubeconfig.text(
                server: url, authorityPEM: certificates.authority.certificatePEM, client: certificates.administrator,
                user: "kubernetes-admin"))
        if let process = ProcessIdentity.current() {
            try ClusterRecord(
                process: process, address: url, port: server.port, kubeconfig: files.path("kubeconfig"),
                imagesFile: configuration.imagesFile, startedAt: store.environment.now()
            ).write(files)
        }
        return LocalCluster(
            lock, state, url, files, certificates, node, server, tokens, administration,
            control(store, node, tokens, certificates.authority.certificatePEM, logger), logger)
    }

    private init(
        _ lock: DirectoryLock, _ state: ClusterState, _ url: String, _ files: ClusterFiles, _ certificates: ClusterCertificates,
        _ node: LocalNode?, _ server: ServerKeeper, _ tokens: ServiceAccountTokens, _ administration: ClusterAdministration,
        _ control: Task<Void, Never>, _ logger: Logger
    ) {
        self.lock = Mutex(lock)
        self.state = state
        self.logger = logger
        store = state.store
        self.files = files
        self.certificates = certificates
        self.node = node
        self.server = server
        self.tokens = tokens
        self.control = control
        apiURL = url
        kubeconfigPath = files.path("kubeconfig")
        self.administration = administration
        startedAt = store.environment.now()
        connectAdministration()
    }

    /// Runs until the service group shuts down or the task is cancelled, then stops.
    package func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await server.wait()
            } onGracefulShutdown: {
                Task { await self.stop() }
            }
        } onCancel: {
            Task { await self.stop() }
        }
        await stop()
    }

    /// What the API server does wrong on purpose.
    package var faults: FaultSwitch { administration.faults }

    /// The API server is gone for this long and comes back on its port; watches are cut. Objects, controllers and Pods go on.
    package func restartServer(downFor pause: Duration = .zero) async {
        store.endAllWatches()
        await server.restart(after: pause)
    }

    /// Ends the API, the controllers and all Pods. May be called more than once.
    package func stop() async {
        let already = isStopped.withLock { stopped in
            defer { stopped = true }
            return stopped
        }
        if already { return }
        faults.clear()
        control.cancel()
        store.endAllWatches()
        await server.stop()
        await control.value
        await node?.stop()
        await state.writing?.end(logger)
        lock.withLock { $0 = nil }
    }

    /// Writes a kubeconfig for a user who may read what the role `view` allows in all namespaces, and change nothing; returns its path.
    package func readOnlyKubeconfig() throws(LocalClusterError) -> String {
        try kubeconfig(user: "slipway-viewer", groups: [BootstrapRoles.viewers])
    }

    /// Writes a kubeconfig with a token of a ServiceAccount, and returns its path. The token ends with the account, at the latest after a year.
    package func kubeconfig(serviceAccount name: String, namespace: String) throws(LocalClusterError) -> String {
        let token: String
        do throws(APIError) {
            token = try tokens.issue(account: name, namespace: namespace, seconds: APIServerLimits.kubeconfigTokenSeconds).token
        } catch {
            throw LocalClusterError(
                code: .certificates, message: "cannot issue a token to the ServiceAccount \(namespace)/\(name): \(error.message)")
        }
        let file = "kubeconfig-\(namespace)_\(name)"
        try files.write(
            file,
            Kubeconfig.text(
                server: apiURL, authorityPEM: certificates.authority.certificatePEM, credentials: ["token": .string(token)],
                user: "\(namespace)/\(name)", namespace: namespace))
        return files.path(file)
    }

    /// Writes a kubeconfig for another user, who may do what roles allow to that name and those groups, and returns its path.
    package func kubeconfig(user: String, groups: [String], namespace: String = "default") throws(LocalClusterError) -> String {
        let client = try certificates.client(user: user, groups: groups, now: Timestamp.now())
        let name = "kubeconfig-\(user.replacing("/", with: "_").replacing(":", with: "_"))"
        try files.write(
            name,
            Kubeconfig.text(
                server: apiURL, authorityPEM: certificates.authority.certificatePEM, client: client, user: user, namespace: namespace))
        return files.path(name)
    }
}

// MARK: - Parts

extension LocalCluster {
    private func connectAdministration() {
        let (store, node, startedAt, apiURL, directory) = (store, node, startedAt, apiURL, files.directory)
        administration.connect(
            .init(
                status: {
                    let counts = store.types.sorted { $0.qualifiedPlural < $1.qualifiedPlural }.compactMap { type -> (String, Value)? in
                        let count = store.list(type).items.count
                        return count == 0 ? nil : (type.qualifiedPlural, .integer(Int64(count)))
                    }
                    return [
                        "address": .string(apiURL), "directory": .string(directory), "startedAt": .string(startedAt.rfc3339),
                        "resourceVersion": .string(store.resourceVersion), "keepsState": .bool(store.log != nil),
                        "objects": .object(Object(counts)),
                    ]
                },
                images: { ["images": .array(await node?.images() ?? [])] },
                restart: { [weak self] pause in
                    // Detached: a new server must not inherit from this request that its server shuts down.
                    Task.detached {
                        // The answer to whoever asked goes out first.
                        do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
                        await self?.restartServer(downFor: pause)
                    }
                }))
    }

    static func makeStore(_ addresses: ServiceAddresses, authorityPEM: [UInt8], state: StoreState, log: ChangeLog?) -> ObjectStore {
        let authority = String(decoding: authorityPEM, as: UTF8.self)
        return ObjectStore(
            admission: ClusterAdmission(addresses: addresses), tracker: UpdateTracker(),
            namespaceContents: {
                [
                    (.serviceAccounts, ["metadata": ["name": "default"]]),
                    (
                        .configMaps,
                        [
                            "metadata": [
                                "name": "kube-root-ca.crt",
                                "annotations": [
                                    "kubernetes.io/description": "The certificate of the authority that signed this cluster's API server."
                                ],
                            ],
                            "data": ["ca.crt": .string(authority)],
                        ]
                    ),
                ]
            },
            prepare: { (object, type, store) throws(APIError) in
                if type == .pods { try PodAccounts.prepare(&object, store) }
            }, state: state, log: log)
    }

    private static func furnish(_ store: ObjectStore, _ configuration: LocalClusterConfiguration) throws(LocalClusterError) {
        do {
            for name in ["default", "kube-system", "kube-public", "kube-node-lease"] + configuration.namespaces
            where store.get(.namespaces, name: name) == nil {
                try store.create(.namespaces, ["metadata": ["name": .string(name)]])
            }
            try BootstrapRoles.furnish(store)
        } catch {
            throw LocalClusterError(code: .node, message: "cannot furnish the cluster: \(error)")
        }
    }

    private static func tokens(_ files: ClusterFiles, _ store: ObjectStore) throws(LocalClusterError) -> ServiceAccountTokens {
        do {
            return ServiceAccountTokens(key: try SigningKey.loadOrCreate(path: files.path("sa.key")), store: store)
        } catch {
            throw LocalClusterError(code: .certificates, message: "cannot use the key for service account tokens: \(error.message)")
        }
    }

    private static func startNode(
        _ configuration: LocalClusterConfiguration, _ state: ClusterState, _ tokens: ServiceAccountTokens, _ address: APIAddress,
        _ logger: Logger
    ) async throws(LocalClusterError) -> LocalNode? {
        guard configuration.runsPods else { return nil }
        var node = NodeConfiguration(stateDirectory: configuration.directory + "/node", imagesFile: configuration.imagesFile)
        configuration.adjustNode(&node)
        do {
            return try await LocalNode.start(
                store: state.store, configuration: node, network: state.network, tokens: tokens, api: address, logger: logger)
        } catch {
            throw LocalClusterError(code: .node, message: "cannot start the node of the local cluster: \(error.message)")
        }
    }

    /// On the port that it had before when no other is asked for, so that a kubeconfig stays good.
    private static func startServer(
        _ port: Int, former: Int?, _ logger: Logger, _ make: @escaping @Sendable (Int) -> APIServer
    ) async throws(LocalClusterError) -> ServerKeeper {
        if port == 0, let former {
            do throws(LocalClusterError) {
                return try await ServerKeeper.start(port: former, logger: logger, make)
            } catch {
                logger.notice("port \(former) of before is not free; another is taken, and the kubeconfig written again")
            }
        }
        return try await ServerKeeper.start(port: port, logger: logger, make)
    }

    private static func control(
        _ store: ObjectStore, _ node: LocalNode?, _ tokens: ServiceAccountTokens, _ authorityPEM: [UInt8], _ logger: Logger
    ) -> Task<Void, Never> {
        let secrets = TokenSecretController(store: store, tokens: tokens, authorityPEM: authorityPEM)
        return Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await ControllerManager(store: store, node: node, logger: logger).run() }
                group.addTask { await ReconcilerLoop(reconciler: secrets, store: store, logger: logger).run() }
                group.addTask {
                    while !Task.isCancelled {
                        do { try await Task.sleep(for: APIServerLimits.bookmarkInterval) } catch { return }
                        store.sendBookmarks()
                    }
                }
            }
        }
    }
}
