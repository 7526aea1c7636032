internal import NIOCore
internal import NIOPosix

/// One `kubectl port-forward`: SPDY/3.1 inside a WebSocket (KEP-4006), and a TCP connection to the Pod for each pair of streams.
struct PortForwardSession: Sendable {
    let connection: WebSocketConnection
    /// The Pod's own.
    let address: String
    let pod: String
    private let streams = ForwardedStreams()

    init(connection: WebSocketConnection, address: String, pod: String) {
        self.connection = connection
        self.address = address
        self.pod = pod
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await serve() }
            group.addTask { await connection.watch() }
            await group.next()
            group.cancelAll()
        }
    }

    private func serve() async {
        await withDiscardingTaskGroup { forwards in
            do {
                try await read(&forwards)
            } catch {
                // The client has gone, or speaks something else; either way its connections end.
            }
            forwards.cancelAll()
            streams.endAll()
        }
    }

    private func read(_ forwards: inout DiscardingTaskGroup) async throws {
        var received = ByteBuffer()
        var state = State()
        try await connection.forEachMessage { message in
            var message = message
            received.writeBuffer(&message)
            while let frame = try SPDYFrame.read(from: &received) {
                if let pair = try await take(frame, &state), let socket = streams.begin(pair.data) {
                    forwards.addTask { await forward(pair, socket) }
                }
            }
            received.discardReadBytes()
        }
    }

    private struct State {
        var inflater = HeaderInflater()
        var pairs = PortForwardStreams()
        var hasReplied = false
    }

    /// - Returns: the pair of streams that is complete now.
    private func take(_ frame: SPDYFrame, _ state: inout State) async throws -> PortForwardStreams.Pair? {
        switch frame {
        case .openStream(let stream, let block, _):
            let headers = PortForwardStreams.headers(in: try state.inflater.inflate(Array(block.readableBytesView)))
            let decision = state.pairs.opened(stream, headers ?? [:])
            if decision == .refuse {
                try await connection.send(SPDYFrame.reset(stream))
                return nil
            }
            try await connection.send(SPDYFrame.reply(stream, isFirst: !state.hasReplied))
            state.hasReplied = true
            if case .connect(let pair) = decision { return pair }
        case .data(let stream, let bytes, let isLast):
            await streams.deliver(bytes, to: stream, isLast: isLast)
        case .reset(let stream):
            streams.end(stream)
        case .ping(let number):
            // A client's have odd numbers and come back as they are; we send none of our own.
            if number % 2 == 1 { try await connection.send(SPDYFrame.pong(number)) }
        case .goAway, .other:
            break
        }
        return nil
    }

    /// Until the Pod has closed the connection.
    private func forward(_ pair: PortForwardStreams.Pair, _ connected: ForwardedStreams.Connection) async {
        do {
            let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(APIServerLimits.forwardConnectTimeout))
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(host: address, port: pair.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
                }
            try await socket.executeThenClose { inbound, outbound in
                connected.set((outbound, socket.channel))
                for try await bytes in inbound { try await pass(bytes, to: pair.data) }
            }
        } catch let error as NIOConnectionError {
            await tell(pair, Self.reason(error))
        } catch {
            // The connection was broken off by the Pod or by the client: the end of the stream tells it.
        }
        connected.set(nil)
        streams.end(pair.data)
        for stream in [pair.data, pair.error] {
            // A client that has gone has no use for it.
            try? await connection.send(SPDYFrame.dataFrame(stream, ByteBuffer(), isLast: true))
        }
    }

    private func pass(_ bytes: ByteBuffer, to stream: UInt32) async throws {
        var bytes = bytes
        while bytes.readableBytes > 0, let piece = bytes.readSlice(length: min(bytes.readableBytes, APIServerLimits.forwardPieceBytes)) {
            try await connection.send(SPDYFrame.dataFrame(stream, piece, isLast: false))
        }
    }

    private func tell(_ pair: PortForwardStreams.Pair, _ reason: String) async {
        let text =
            "error forwarding port \(pair.port) to pod \(pod): dial tcp \(address):\(pair.port): \(reason) "
            + "(a program has to listen on its Pod's own address, and nothing else reaches it)"
        // A client that has gone needs no reason.
        try? await connection.send(SPDYFrame.dataFrame(pair.error, ByteBuffer(string: text), isLast: false))
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        switch error.connectionErrors.first?.error {
        case let failure as IOError where failure.errnoCode == ConnectionErrno.refused: "connect: connection refused"
        case let failure as ChannelError:
            if case .connectTimeout = failure { "i/o timeout" } else { "\(failure)" }
        case let failure?: "\(failure)"
        case nil: "\(error)"
        }
    }
}
