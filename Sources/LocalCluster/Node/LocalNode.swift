package import Logging
internal import Manifests
internal import NIOCore
internal import NIOPosix

/// The one node of a local cluster: it runs Pods as processes, gives Services addresses that answer, and lends the API server its eyes.
///
/// Everything it starts ends with `stop()`, and also when this process is killed.
package actor LocalNode {
    /// Pods' and Services' addresses are of this network.
    package nonisolated let network: LoopbackNetwork
    private nonisolated let context: NodeContext
    private nonisolated let kubelet: Kubelet
    private let proxy: ServiceProxy
    private let supervisor: Supervisor
    private let group: MultiThreadedEventLoopGroup
    private nonisolated let threads: NIOThreadPool
    private var tasks: [Task<Void, Never>] = []
    private var isStopped = false

    /// Claims a network unless it is given one, writes the Node object and begins to run Pods.
    package static func start(
        store: ObjectStore, configuration: NodeConfiguration, images: ImageStore? = nil, machine: Machine = .current(),
        network: LoopbackNetwork? = nil, tokens: ServiceAccountTokens? = nil, api: APIAddress = APIAddress(), logger: Logger
    ) async throws(NodeError) -> LocalNode {
        for folder in ["pods", "logs"] {
            FileTree.remove("\(configuration.stateDirectory)/\(folder)")
            try FileTree.makeDirectory("\(configuration.stateDirectory)/\(folder)", mode: 0o700)
        }
        let claimed: LoopbackNetwork
        if let network { claimed = network } else { claimed = try LoopbackNetwork.claim() }
        let supervisor = try await Supervisor.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let proxy = ServiceProxy(store: store, network: claimed, group: group, logger: logger)
        let context = NodeContext(
            store: store, configuration: configuration, network: claimed, images: images ?? ImageStore(path: configuration.imagesFile),
            runner: ProcessRunner(supervisor: supervisor, group: group), prober: Prober(group: group),
            usage: UsageMonitor(threads: threads), events: EventRecorder(store: store, logger: logger, now: store.environment.now),
            logger: logger, machine: machine, drain: { await proxy.drain($0) },
            tokens: tokens.map { PodTokens(tokens: $0, now: store.environment.now) }, api: api)
        let node = LocalNode(context, proxy, supervisor, group, threads)
        node.writeNodeObject()
        await node.run()
        return node
    }

    private init(
        _ context: NodeContext, _ proxy: ServiceProxy, _ supervisor: Supervisor, _ group: MultiThreadedEventLoopGroup,
        _ threads: NIOThreadPool
    ) {
        self.context = context
        self.proxy = proxy
        self.supervisor = supervisor
        self.group = group
        self.threads = threads
        network = context.network
        kubelet = Kubelet(context: context)
    }

    private func run() {
        let (kubelet, proxy, context) = (kubelet, proxy, context)
        tasks = [
            Task { await kubelet.run() }, Task { await proxy.run() },
            Task { await context.usage.run(every: context.configuration.usageInterval) },
            Task {
                await context.store.follow(.nodes) { change in
                    if change.object?.name == context.configuration.nodeName { await kubelet.reschedule() }
                }
            },
            Task { [weak self] in
                while !Task.isCancelled {
                    do { try await Task.sleep(for: NodeLimits.heartbeat) } catch { return }
                    self?.writeNodeObject()
                }
            },
        ]
    }

    /// Ends every process and every listener. May be called more than once.
    package func stop() async {
        guard !isStopped else { return }
        isStopped = true
        for task in tasks { task.cancel() }
        await kubelet.stopAll()
        await proxy.stop()
        for task in tasks { await task.value }
        await supervisor.stop()
        network.giveBack()
        do {
            try await group.shutdownGracefully()
            try await threads.shutdownGracefully()
        } catch {
            context.logger.warning("the node's threads did not end in order", metadata: ["error": "\(error)"])
        }
    }

    private nonisolated func writeNodeObject() {
        let name = context.configuration.nodeName
        do throws(APIError) {
            if context.store.get(.nodes, name: name) == nil {
                try context.store.create(.nodes, NodeObject.make(context), options: WriteOptions(tracking: .manager("kubelet")))
            }
            try context.store.updateStatus(.nodes, name: name, manager: "kubelet") { [context] object in
                object["status"] = NodeObject.status(context, former: object["status"])
            }
            try NodeLease.renew(context)
        } catch {
            context.logger.warning("cannot write the Node object", metadata: ["error": "\(error)"])
        }
    }
}

extension LocalNode {
    /// What the images file says now.
    nonisolated func images() async -> [Value] { await context.images.documents() }
}

// MARK: - What the API server asks

extension LocalNode: NodeServices {
    package nonisolated func logs(
        namespace: String, pod: String, container: String, options: LogOptions
    ) async throws(APIError) -> AsyncStream<[UInt8]> {
        guard context.store.get(.pods, namespace: namespace, name: pod) != nil else { throw APIError.notFound(.pods, pod) }
        guard let worker = await kubelet.worker(of: NamespacedName(namespace: namespace, name: pod)) else {
            throw APIError(.badRequest, "pod \(pod) does not have a host assigned")
        }
        let log = try await worker.log(of: container, previous: options.previous)
        return LogReader.stream(log, options, threads: threads)
    }

    package nonisolated func start(_ command: RemoteCommand, namespace: String, pod: String) async throws(APIError) -> any RemoteProcess {
        guard let worker = await kubelet.worker(of: NamespacedName(namespace: namespace, name: pod)) else {
            throw APIError(.badRequest, "pod \(pod) does not have a host assigned")
        }
        return try await worker.start(command)
    }

    package nonisolated func usage(namespace: String, pod: String) async -> PodUsage? {
        await kubelet.worker(of: NamespacedName(namespace: namespace, name: pod))?.usage()
    }
}
