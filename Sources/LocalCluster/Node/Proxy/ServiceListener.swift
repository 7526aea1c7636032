internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Listens on one port of one Service and relays each connection to one of its Pods.
final class ServiceListener: Sendable {
    private struct State {
        var picker = EndpointPicker()
        var draining: Set<String> = []
        /// Connections on which a Pod has not answered anything yet, by its address.
        var unanswered: [String: Int] = [:]
        var channel: (any Channel)?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let group: MultiThreadedEventLoopGroup
    private let budget: ConnectionBudget

    init(group: MultiThreadedEventLoopGroup, budget: ConnectionBudget) {
        self.group = group
        self.budget = budget
    }

    /// - Returns: the port it listens on. When `port` needs rights that we do not have, or another program of this machine listens on it on all
    ///   addresses, another one is taken.
    func open(host: String, port: Int) async throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: host, port: port).get()
        } catch let error as IOError
            where error.errnoCode == ConnectionErrno.accessDenied || error.errnoCode == ConnectionErrno.addressInUse
        {
            channel = try await bootstrap.bind(host: host, port: 0).get()
        }
        let isLate = state.withLock { state in
            if !state.isClosed { state.channel = channel }
            return state.isClosed
        }
        if isLate { channel.close(promise: nil) }
        return channel.localAddress?.port ?? port
    }

    func update(_ targets: [EndpointPicker.Target]) {
        state.withLock { state in
            state.picker.update(targets)
            // Once it is no endpoint any more it need not be remembered; an address comes back only after a full circle.
            state.draining.formIntersection(targets.map(\.address))
        }
    }

    /// From now on no connection is begun with this Pod; those that exist go on.
    func drain(_ address: String) { state.withLock { _ = $0.draining.insert(address) } }

    /// Connections to this Pod that may still be lost if it ends now: it may not even have accepted them.
    func unanswered(_ address: String) -> Int { state.withLock { $0.unanswered[address] ?? 0 } }

    /// Connections that are open go on to their end.
    func close() async {
        let channel = state.withLock { state -> (any Channel)? in
            state.isClosed = true
            defer { state.channel = nil }
            return state.channel
        }
        // It is closed afterwards, whatever the error says.
        _ = try? await channel?.close().get()
    }

    private func accept(_ client: any Channel) throws {
        guard budget.take() else { return client.close(promise: nil) }
        try client.pipeline.syncOperations.addHandler(RelayHandler(client.eventLoop))
        client.closeFuture.whenComplete { [budget] _ in budget.giveBack() }
        connect(client, state.withLock { $0.picker.next(without: $0.draining) }[...])
    }

    /// A Pod that refuses may have just ended: the next one is tried, so that the client notices nothing.
    private func connect(_ client: any Channel, _ targets: ArraySlice<EndpointPicker.Target>) {
        guard let target = targets.first else { return Self.refuse(client) }
        guard let answer = expectAnswer(from: target.address) else { return connect(client, targets.dropFirst()) }
        ClientBootstrap(group: client.eventLoop)
            .connectTimeout(TimeAmount(NodeLimits.connectTimeout))
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: target.address, port: target.port)
            .whenComplete { [self] result in
                switch result {
                case .success(let server):
                    server.closeFuture.whenComplete { _ in answer.came() }
                    Self.relay(client, server, answer)
                case .failure:
                    answer.came()
                    connect(client, targets.dropFirst())
                }
            }
    }

    /// `nil` when the Pod has begun to leave meanwhile.
    private func expectAnswer(from address: String) -> FirstAnswer? {
        let isLeaving = state.withLock { state in
            if state.draining.contains(address) { return true }
            state.unanswered[address, default: 0] += 1
            return false
        }
        if isLeaving { return nil }
        return FirstAnswer { [self] in
            state.withLock { state in
                let left = (state.unanswered[address] ?? 1) - 1
                state.unanswered[address] = left > 0 ? left : nil
            }
        }
    }

    /// Both channels live on one event loop, so their handlers may call each other.
    private static func relay(_ client: any Channel, _ server: any Channel, _ answer: FirstAnswer) {
        do {
            let near = try client.pipeline.syncOperations.handler(type: RelayHandler.self)
            let far = RelayHandler(client.eventLoop, answer: answer)
            RelayHandler.join(near, far)
            try server.pipeline.syncOperations.addHandler(far)
            client.setOption(.autoRead, value: true).flatMap { server.setOption(.autoRead, value: true) }.whenFailure { _ in
                client.close(promise: nil)
                server.close(promise: nil)
            }
        } catch {
            client.close(promise: nil)
            server.close(promise: nil)
        }
    }

    /// With a reset, as a Service without endpoints answers, so that the client does not take it for an empty answer.
    private static func refuse(_ client: any Channel) {
        guard let options = client as? any SocketOptionProvider else { return client.close(promise: nil) }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in client.close(promise: nil) }
    }
}

/// How many relayed connections there may be.
final class ConnectionBudget: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    func take() -> Bool {
        if left.subtract(1, ordering: .relaxed).newValue >= 0 { return true }
        giveBack()
        return false
    }

    func giveBack() { left.add(1, ordering: .relaxed) }
}
