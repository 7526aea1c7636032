internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOWebSocket

/// HTTP/1.1 connections whose first request may turn them into a WebSocket, as `kubectl exec` does. Hummingbird serves the others.
struct UpgradableChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// Known after the first request.
        let outcome: EventLoopFuture<Outcome>
    }

    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, APIResponse.Upgrade)
    }

    let http: HTTP1Channel
    /// Nil when the request is to be answered as any other, which is also how a refusal is told.
    let upgrade: @Sendable (HTTPRequest, any Channel) async -> APIResponse.Upgrade?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let encoder = HTTPResponseEncoder()
            // What follows an upgrade request is no HTTP any more.
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let outcome = channel.eventLoop.makePromise(of: Outcome.self)
            let first = FirstRequest(
                upgrader: upgrader(), encoder: encoder, decoder: decoder, outcome: outcome,
                serve: { channel in try Self.serve(channel, http, logger) })
            let handlers = channel.pipeline.syncOperations
            try handlers.addHandler(encoder)
            try handlers.addHandler(decoder)
            try handlers.addHandler(first)
            return Value(channel: channel, outcome: outcome.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel):
                await http.handle(value: channel, logger: logger)
            case .webSocket(let channel, let upgrade):
                try await WebSocketConnection.serve(channel, upgrade.run)
            }
        } catch {
            // The client left before its first request, or in the middle of a session.
            logger.trace("a connection has ended", metadata: ["error": "\(error)"])
            value.channel.close(mode: .all, promise: nil)
        }
    }

    private func upgrader() -> NIOTypedWebSocketServerUpgrader<Outcome> {
        let decided = OneValue<APIResponse.Upgrade>()
        let upgrade = upgrade
        return NIOTypedWebSocketServerUpgrader<Outcome>(
            maxFrameSize: APIServerLimits.webSocketFrameBytes,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeFutureWithTask { () async throws -> HTTPHeaders? in
                    let request = try HTTPRequest(head, secure: true, splitCookie: false)
                    guard let agreed = await upgrade(request, channel) else { return nil }
                    decided.set(agreed)
                    return ["Sec-WebSocket-Protocol": agreed.protocolName]
                }
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let agreed = decided.current else { throw ChannelError.inappropriateOperationForState }
                    try channel.pipeline.syncOperations.addHandler(ClosingOnQuiesce())
                    return .webSocket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), agreed)
                }
            })
    }

    /// What `HTTP1Channel` puts behind its decoder.
    private static func serve(_ channel: any Channel, _ http: HTTP1Channel, _ logger: Logger) throws -> Outcome {
        let handlers = channel.pipeline.syncOperations
        try handlers.addHandler(HTTP1ToHTTPServerCodec(secure: true))
        try handlers.addHandlers(http.configuration.additionalChannelHandlers())
        try handlers.addHandler(
            HTTPConnectionStateHandler(idleTimeout: http.configuration.idleTimeout.map { Duration($0) }, logger: logger))
        return .http(
            try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
    }
}

/// A session has no end of its own that a stopping server could wait for.
private final class ClosingOnQuiesce: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
