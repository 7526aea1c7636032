internal import NIOCore
internal import NIOWebSocket

/// A WebSocket whose messages are whole (RFC 6455): fragments are put together, pings are answered.
struct WebSocketConnection: Sendable {
    /// Why the peer is cut off.
    struct ProtocolFailure: Error {
        let reason: String
    }

    private let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>
    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

    /// Runs a session and closes the connection behind it, in the orderly way when it is still open.
    static func serve(
        _ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, _ session: @Sendable (WebSocketConnection) async -> Void
    ) async throws {
        try await channel.executeThenClose { inbound, outbound in
            await session(WebSocketConnection(inbound: inbound, outbound: outbound))
            var code = ByteBuffer()
            code.write(webSocketErrorCode: .normalClosure)
            try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: code))
        }
    }

    /// Waits while the peer takes nothing.
    func send(_ bytes: ByteBuffer) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: .binary, data: bytes))
    }

    /// Returns when a session has lasted too long, and when the peer has gone without a word, even while nothing is read from it.
    func watch() async {
        let deadline = ContinuousClock.now + APIServerLimits.remoteSessionTimeout
        while ContinuousClock.now < deadline {
            do {
                try await Task.sleep(for: APIServerLimits.webSocketPingInterval)
                try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
            } catch {
                return
            }
        }
    }

    /// Returns when the peer closes. Nothing more is read while `body` takes its time.
    func forEachMessage(_ body: (ByteBuffer) async throws -> Void) async throws {
        var partial: ByteBuffer?
        for try await frame in inbound {
            var data = frame.unmaskedData
            switch frame.opcode {
            case .binary, .text:
                if frame.fin { try await body(data) } else { partial = data }
            case .continuation:
                guard var whole = partial else { throw ProtocolFailure(reason: "a continuation without a beginning") }
                guard whole.readableBytes + data.readableBytes <= APIServerLimits.webSocketMessageBytes else {
                    throw ProtocolFailure(reason: "a message of more than \(APIServerLimits.webSocketMessageBytes) bytes")
                }
                whole.writeBuffer(&data)
                partial = frame.fin ? nil : whole
                if frame.fin { try await body(whole) }
            case .ping:
                try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: data))
            case .pong:
                break
            case .connectionClose:
                return
            default:
                throw ProtocolFailure(reason: "an unknown kind of frame")
            }
        }
    }
}
