internal import Logging
internal import Manifests

/// Runs one Pod from its first directory to its last process. Everything about the Pod is decided here, one thing at a time.
actor PodWorker {
    let context: NodeContext
    let key: NamespacedName
    let uid: String
    var pod: Value
    var address = ""
    var containers: [ContainerRuntime] = []
    var initContainers: [ContainerRuntime] = []
    var ephemeralContainers: [ContainerRuntime] = []
    /// When it was told to stop, how long it may take.
    var stopDeadline: ContinuousClock.Instant?
    private var volumes: PodVolumes
    private let startTime: Timestamp
    /// On a node that has ended since.
    private let hasRunBefore: Bool
    private var lifetime: Task<Void, Never>?
    /// At most as many as a Pod may have ephemeral containers.
    private var ephemeralLives: [Task<Void, Never>] = []
    private var isMounted = false
    private let isGone = OneValue<Bool>()

    init(context: NodeContext, pod: Value, key: NamespacedName, uid: String) {
        self.context = context
        self.pod = pod
        self.key = key
        self.uid = uid
        startTime = pod["status", "startTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? context.now
        let recovery = PodRecovery.plan(pod, now: context.now)
        hasRunBefore = recovery.hasRun
        let state = context.configuration.stateDirectory
        volumes = PodVolumes(podDirectory: "\(state)/pods/\(uid)", claimsDirectory: "\(state)/claims")
        initContainers = zip(pod.initContainers, recovery.initContainers).map { ContainerRuntime($0, .initial, $1) }
        containers = zip(pod.containers, recovery.containers).map { ContainerRuntime($0, .main, $1) }
    }

    var podDirectory: String { volumes.podDirectory }
    var isStopping: Bool { stopDeadline != nil }
    var facts: PodFacts { context.facts(of: pod, ip: address) }

    // MARK: - What the kubelet tells

    func start() {
        guard lifetime == nil else { return }
        lifetime = Task { await live() }
    }

    func update(_ newer: Value) {
        pod = newer
        startEphemeralContainers()
    }

    /// Stops all containers, tells the API that the Pod is gone, and removes its traces. A second call can only make it quicker.
    func stop(grace: Duration, deletesObject: Bool) async {
        let deadline = ContinuousClock.now + grace
        if let current = stopDeadline {
            stopDeadline = min(current, deadline)
            _ = await isGone.value()
            return
        }
        stopDeadline = deadline
        lifetime?.cancel()
        for task in ephemeralLives { task.cancel() }
        if !address.isEmpty { await context.drain(address) }
        await withDiscardingTaskGroup { group in
            for container in allContainers {
                guard let process = container.process else { continue }
                let name = container.name
                group.addTask { await self.stopContainer(named: name, process, isWholePod: true) }
            }
        }
        await lifetime?.value
        for task in ephemeralLives { await task.value }
        publish()
        FileTree.remove(podDirectory)
        FileTree.remove(logDirectory)
        if deletesObject { removeObject() }
        if !address.isEmpty { context.network.releasePodAddress(address) }
        isGone.set(true)
    }

    var allContainers: [ContainerRuntime] { containers + initContainers + ephemeralContainers }

    func container(named name: String) -> ContainerRuntime? { allContainers.first { $0.name == name } }

    // MARK: - Its life

    private func live() async {
        do throws(NodeError) {
            address = try context.network.takePodAddress()
            try FileTree.makeDirectory(podDirectory)
        } catch {
            await event(.warning, "FailedCreatePodSandBox", "Failed to create pod sandbox: \(error)")
            return
        }
        publish()
        if hasRunBefore { await event(.normal, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.") }
        guard await mountVolumes() else { return }
        let refresher = Task { await keepVolumesFresh() }
        defer { refresher.cancel() }
        isMounted = true
        startEphemeralContainers()

        for container in initContainers {
            guard await runUntilDone(container), !isStopping else { return }
        }
        await withDiscardingTaskGroup { group in
            for container in containers {
                let name = container.name
                group.addTask { await self.runContainer(named: name) }
            }
        }
        if !isStopping { publish() }
    }

    private func runContainer(named name: String) async {
        if let container = container(named: name) { _ = await runUntilDone(container) }
    }

    /// Those that a client has added since; each runs once, beside whatever the others do.
    private func startEphemeralContainers() {
        guard isMounted, !isStopping else { return }
        for spec in pod["spec", "ephemeralContainers"]?.array ?? [] where container(named: spec["name"]?.string ?? "") == nil {
            let container = ContainerRuntime(spec, .ephemeral, PodRecovery.ephemeralContainer(spec, of: pod, now: context.now))
            ephemeralContainers.append(container)
            let name = container.name
            ephemeralLives.append(Task { await runContainer(named: name) })
        }
    }

    private func mountVolumes() async -> Bool {
        while !isStopping {
            do throws(NodeError) {
                try volumes.refresh(facts, now: context.now)
                return true
            } catch {
                await event(.warning, "FailedMount", error.message)
            }
            guard await pause(context.configuration.configurationRetry) else { return false }
        }
        return false
    }

    /// A source that has gone keeps its last content, as in Kubernetes.
    private func keepVolumesFresh() async {
        while await pause(context.configuration.volumeRefreshInterval) {
            do throws(NodeError) {
                try volumes.refresh(facts, now: context.now)
            } catch {
                context.logger.debug("a volume stays as it is", metadata: ["pod": "\(key)", "error": "\(error)"])
            }
        }
    }

    // MARK: - What its parts use

    /// False when the Pod is being stopped.
    func pause(_ duration: Duration) async -> Bool {
        do { try await Task.sleep(for: duration) } catch { return false }
        return !isStopping
    }

    func mounts(of container: ContainerRuntime, variables: [String: String]) throws(NodeError) -> (table: MountTable, root: String) {
        try volumes.mounts(of: container.spec, variables: variables)
    }

    func event(_ kind: EventRecorder.Kind, _ reason: String, _ message: String, _ container: ContainerRuntime? = nil) async {
        await context.events.record(kind, reason, message, about: pod, by: "kubelet", fieldPath: container?.fieldPath ?? "")
    }

    /// Writes the status as it is now, unless that is what is stored.
    func publish() {
        let facts = PodStatus.Facts(
            pod: pod, initContainers: initContainers.map(\.snapshot), containers: containers.map(\.snapshot),
            ephemeralContainers: ephemeralContainers.map(\.snapshot), podIP: address,
            hostIP: context.network.nodeAddress, startTime: startTime)
        let now = context.now
        do throws(APIError) {
            try context.store.updateStatus(.pods, namespace: key.namespace, name: key.name, manager: "kubelet") { [uid] object in
                guard object.uid == uid else { return }
                object["status"] = PodStatus.make(facts, former: object["status"], now: now)
            }
        } catch {
            // The Pod was removed by force; the kubelet hears of it.
            if error.reason != .notFound { context.logger.warning("cannot write a Pod's status", metadata: ["error": "\(error)"]) }
        }
    }

    private func removeObject() {
        do throws(APIError) {
            try context.store.remove(.pods, pod, gracePeriodSeconds: 0)
        } catch {
            context.logger.warning("cannot remove a Pod that has ended", metadata: ["pod": "\(key)", "error": "\(error)"])
        }
    }

    var logDirectory: String { "\(context.configuration.stateDirectory)/logs/\(key.namespace)_\(key.name)_\(uid)" }
}
