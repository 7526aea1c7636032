internal import Logging
internal import Manifests
internal import NIOPosix

/// What a cluster knows from before, and where it writes what changes.
struct ClusterState: Sendable {
    let store: ObjectStore
    let network: LoopbackNetwork?
    /// Nil: objects end with the process.
    let writing: Writing?

    struct Writing: Sendable {
        let log: ChangeLog
        let work: Task<Void, Never>
        let threads: NIOThreadPool

        /// Returns when everything is on the disk.
        func end(_ logger: Logger) async {
            log.close()
            await work.value
            do {
                try await threads.shutdownGracefully()
            } catch {
                logger.warning("the log's threads did not end in order", metadata: ["error": "\(error)"])
            }
        }
    }

    static func open(
        _ configuration: LocalClusterConfiguration, _ files: ClusterFiles, authorityPEM: [UInt8], _ logger: Logger
    ) throws(LocalClusterError) -> ClusterState {
        let directory = StateDirectory(path: files.path("state"))
        var loaded = StateDirectory.Loaded()
        if configuration.keepsState {
            try ClusterFiles(directory: directory.path).prepare()
            loaded = try directory.load(logger)
        }
        let network = try configuration.runsPods ? claim(loaded.state) : nil
        let addresses = configuration.runsPods ? ServiceAddresses(prefix: nil) : ServiceAddresses()
        addresses.reserve(usedBy: loaded.state.tables[.services]?.objects(in: nil) ?? [])
        let log = configuration.keepsState ? ChangeLog(revision: loaded.state.revision, limits: configuration.logLimits) : nil
        if let network { loaded.state.readdressServices(to: network.number, isLogged: log != nil) }
        let store = LocalCluster.makeStore(addresses, authorityPEM: authorityPEM, state: loaded.state, log: log)
        guard let log else { return ClusterState(store: store, network: network, writing: nil) }
        let threads = NIOThreadPool(numberOfThreads: 2)
        let writer = try ChangeLogWriter(log: log, directory: directory, loaded: loaded, threads: threads, logger: logger)
        threads.start()
        let work = Task { await writer.run(store) }
        return ClusterState(store: store, network: network, writing: Writing(log: log, work: work, threads: threads))
    }

    /// The network of before when it is free: Services keep their addresses then.
    private static func claim(_ state: StoreState) throws(LocalClusterError) -> LoopbackNetwork {
        let addresses = (state.tables[.nodes]?.objects(in: nil) ?? []).flatMap { $0["status"]?["addresses"]?.array ?? [] }
        let former = addresses.compactMap { $0["address"]?.string.flatMap(LoopbackNetwork.number(of:)) }.first
        do throws(NodeError) {
            guard let former else { return try LoopbackNetwork.claim() }
            return try LoopbackNetwork.claim(startingAt: former)
        } catch {
            throw LocalClusterError(code: .node, message: "cannot start the node of the local cluster: \(error.message)")
        }
    }
}

extension StoreState {
    /// Another cluster has taken our network meanwhile: Services get addresses of the new one, as new Services do.
    mutating func readdressServices(to number: Int, isLogged: Bool) {
        self.isLogged = isLogged
        for service in tables[.services]?.objects(in: nil) ?? [] {
            guard let former = service["spec"]?["clusterIP"]?.string.flatMap(LoopbackNetwork.number(of:)), former != number else {
                continue
            }
            var edited = service
            edited["spec", "clusterIP"] = nil
            edited["spec", "clusterIPs"] = nil
            _ = put(ObjectKey(.services, service.namespace ?? "", service.name ?? ""), edited, over: service)
        }
    }
}
