internal import Logging
internal import Manifests
internal import NIOPosix

/// Gives Services their addresses and carries connections from there to ready Pods.
actor ServiceProxy {
    /// Where a Service port really listens when its own number cannot be had: `80=127.20.128.1:40123`.
    static let endpointAnnotation = "slipway.dev/local-endpoint"

    private struct Port: Hashable {
        let address: String
        let number: Int
    }

    private struct Entry {
        var address: String
        var listeners: [Port: ServiceListener] = [:]
        /// Ports that had to be moved.
        var moved: [Int: Int] = [:]
    }

    private let store: ObjectStore
    private let network: LoopbackNetwork
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let budget = ConnectionBudget(NodeLimits.proxyConnections)
    private var entries: [String: Entry] = [:]
    private var isStopped = false

    init(store: ObjectStore, network: LoopbackNetwork, group: MultiThreadedEventLoopGroup, logger: Logger) {
        self.store = store
        self.network = network
        self.group = group
        self.logger = logger
    }

    /// Until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await self.store.follow(.services) { change in
                    switch change {
                    case .stored(let service): await self.look(at: service)
                    case .deleted(let service): await self.forget(service)
                    case .interrupted: await self.lookAtAll()
                    }
                }
            }
            group.addTask {
                await self.store.follow(.endpoints) { change in
                    guard let object = change.object, let key = NamespacedName(object) else { return await self.lookAtAll() }
                    await self.refresh(key)
                }
            }
        }
    }

    func stop() async {
        isStopped = true
        for entry in entries.values {
            for listener in entry.listeners.values { await listener.close() }
        }
        entries = [:]
    }

    /// From now on no Service begins a connection with this Pod. Returns when the Pod has answered on those that were just begun, or after
    /// a moment: a Pod that is stopped before it has accepted a connection loses the request on it.
    func drain(_ address: String) async {
        let listeners = entries.values.flatMap(\.listeners.values)
        for listener in listeners { listener.drain(address) }
        let deadline = ContinuousClock.now + NodeLimits.drainTimeout
        while listeners.contains(where: { $0.unanswered(address) > 0 }), ContinuousClock.now < deadline {
            do { try await Task.sleep(for: NodeLimits.drainInterval) } catch { return }
        }
    }

    private func lookAtAll() async {
        let services = store.list(.services).items
        let present = Set(services.compactMap(\.uid))
        for uid in entries.keys where !present.contains(uid) { await drop(uid) }
        for service in services { await look(at: service) }
    }

    private func forget(_ service: Value) async {
        if let uid = service.uid { await drop(uid) }
    }

    private func drop(_ uid: String) async {
        guard let entry = entries.removeValue(forKey: uid) else { return }
        for listener in entry.listeners.values { await listener.close() }
        network.releaseServiceAddress(entry.address)
    }

    // MARK: - Addresses and listeners

    private func look(at service: Value) async {
        guard !isStopped, let uid = service.uid, let key = NamespacedName(service) else { return }
        guard let address = ensureAddress(service, uid) else { return }
        let wanted = Set(ports(of: service).map { Port(address: address, number: $0.number) })
        for (port, listener) in entries[uid]?.listeners ?? [:] where !wanted.contains(port) {
            entries[uid]?.listeners[port] = nil
            entries[uid]?.moved[port.number] = nil
            await listener.close()
        }
        for port in wanted where entries[uid]?.listeners[port] == nil { await open(port, uid, key) }
        refresh(key)
        annotate(key, uid)
    }

    private func open(_ port: Port, _ uid: String, _ key: NamespacedName) async {
        let listener = ServiceListener(group: group, budget: budget)
        entries[uid]?.listeners[port] = listener
        do {
            let actual = try await listener.open(host: port.address, port: port.number)
            if actual != port.number { entries[uid]?.moved[port.number] = actual }
        } catch {
            entries[uid]?.listeners[port] = nil
            logger.warning(
                "a Service cannot be reached",
                metadata: ["service": "\(key)", "address": "\(port.address):\(port.number)", "error": "\(error)"])
        }
    }

    /// The Service's own address, or a new one that is written into it. `nil` for a Service that has none.
    private func ensureAddress(_ service: Value, _ uid: String) -> String? {
        let spec = service["spec"]
        if spec?["type"]?.string == "ExternalName" || spec?["clusterIP"]?.string == "None" { return nil }
        let given = spec?["clusterIP"]?.string ?? ""
        if let entry = entries[uid], given == entry.address { return entry.address }
        if !given.isEmpty, entries[uid] == nil {
            guard network.reserveServiceAddress(given) else {
                logger.warning(
                    "a Service has an address that is not ours to listen on",
                    metadata: ["service": "\(service.name ?? "")", "address": "\(given)"])
                return nil
            }
            entries[uid] = Entry(address: given)
            return given
        }
        do {
            let address = try entries[uid]?.address ?? network.takeServiceAddress()
            if entries[uid] == nil { entries[uid] = Entry(address: address) }
            try store.update(.services, namespace: service.namespace ?? "", name: service.name ?? "") { object in
                guard object.uid == uid else { return }
                object["spec", "clusterIP"] = .string(address)
                object["spec", "clusterIPs"] = [.string(address)]
                if object["spec", "ipFamilies"] == nil { object["spec", "ipFamilies"] = ["IPv4"] }
                if object["spec", "ipFamilyPolicy"] == nil { object["spec", "ipFamilyPolicy"] = "SingleStack" }
            }
            return address
        } catch {
            logger.warning("cannot give a Service its address", metadata: ["service": "\(service.name ?? "")", "error": "\(error)"])
            return nil
        }
    }

    private func annotate(_ key: NamespacedName, _ uid: String) {
        guard let entry = entries[uid] else { return }
        let text = entry.moved.sorted { $0.key < $1.key }.map { "\($0.key)=\(entry.address):\($0.value)" }.joined(separator: ",")
        do throws(APIError) {
            try store.update(.services, namespace: key.namespace, name: key.name) { object in
                guard object.uid == uid, (object.annotation(Self.endpointAnnotation) ?? "") != text else { return }
                object["metadata", "annotations", Self.endpointAnnotation] = text.isEmpty ? nil : .string(text)
            }
        } catch {
            if error.reason != .notFound { logger.warning("cannot note where a Service listens", metadata: ["error": "\(error)"]) }
        }
    }

    // MARK: - Endpoints

    /// Brings the listeners of a Service up to the Endpoints that are stored.
    private func refresh(_ key: NamespacedName) {
        guard let service = store.get(.services, key), let uid = service.uid, let entry = entries[uid] else { return }
        let subsets = store.get(.endpoints, key)?["subsets"]?.array ?? []
        for port in ports(of: service) {
            guard let listener = entry.listeners[Port(address: entry.address, number: port.number)] else { continue }
            let targets = subsets.flatMap { subset -> [EndpointPicker.Target] in
                let found = subset["ports"]?.array?.first { ($0["name"]?.string ?? "") == port.name }
                guard let number = found?["port"]?.integer else { return [] }
                return (subset["addresses"]?.array ?? []).compactMap { address in
                    address["ip"]?.string.map { EndpointPicker.Target(address: $0, port: Int(clamping: number)) }
                }
            }
            listener.update(targets)
        }
    }

    private func ports(of service: Value) -> [(name: String, number: Int)] {
        (service["spec", "ports"]?.array ?? []).compactMap { port in
            guard port["protocol"]?.string ?? "TCP" == "TCP", let number = port["port"]?.integer, (1...65_535).contains(number) else {
                return nil
            }
            return (port["name"]?.string ?? "", Int(number))
        }
    }
}
