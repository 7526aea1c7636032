internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Looks at the first request of a connection and decides what the connection is: a WebSocket when that was asked for and agreed to, else
/// HTTP, which then begins with this very request. NIO's own handler for upgrades loses a request that it does not upgrade, and with it
/// the reason of a refusal.
final class FirstRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    typealias Outcome = UpgradableChannel.Outcome

    private enum State {
        case waiting
        /// Holds the request until it is decided.
        case deciding([NIOAny])
        /// Holds what the client sends before it may.
        case upgrading([NIOAny])
        case done
    }

    private let upgrader: NIOTypedWebSocketServerUpgrader<Outcome>
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let outcome: EventLoopPromise<Outcome>
    private let serve: (any Channel) throws -> Outcome
    private var state = State.waiting
    private var timer: Scheduled<Void>?

    init(
        upgrader: NIOTypedWebSocketServerUpgrader<Outcome>, encoder: HTTPResponseEncoder,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>, outcome: EventLoopPromise<Outcome>,
        serve: @escaping (any Channel) throws -> Outcome
    ) {
        self.upgrader = upgrader
        self.encoder = encoder
        self.decoder = decoder
        self.outcome = outcome
        self.serve = serve
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: .seconds(APIServerLimits.idleSeconds)) { channel.close(mode: .all, promise: nil) }
    }

    /// A second outcome is none: the promise keeps the first.
    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        finish(.failure(ChannelError.eof))
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(ChannelError.eof))
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            if case .head(let head) = Self.unwrapInboundIn(data), Self.asksForWebSocket(head) {
                state = .deciding([data])
                decide(head, context)
            } else {
                beginHTTP([data], context)
            }
        case .deciding(let held):
            // The head and the end; more than that has no place in a request for a WebSocket.
            guard held.count < 8 else { return context.close(promise: nil) }
            state = .deciding(held + [data])
        case .upgrading(let held):
            guard held.count < 8 else { return context.close(promise: nil) }
            state = .upgrading(held + [data])
        case .done:
            context.fireChannelRead(data)
        }
    }

    /// Hummingbird answers what cannot be read as HTTP.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .waiting = state { beginHTTP([], error: error, context) } else { context.fireErrorCaught(error) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.done, _): context.fireUserInboundEventTriggered(event)
        case (_, is ChannelShouldQuiesceEvent): context.close(promise: nil)
        case (_, let event as ChannelEvent) where event == .inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private static func asksForWebSocket(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }

    // MARK: - HTTP

    private func beginHTTP(_ parts: [NIOAny], error: (any Error)? = nil, _ context: ChannelHandlerContext) {
        state = .done
        do {
            finish(.success(try serve(context.channel)))
        } catch {
            finish(.failure(error))
            return context.close(promise: nil)
        }
        for part in parts { context.fireChannelRead(part) }
        context.fireChannelReadComplete()
        if let error { context.fireErrorCaught(error) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    // MARK: - WebSocket

    private func decide(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
                guard case .deciding(let held) = self.state, context.channel.isActive else { return }
                switch result {
                case .success(let headers): self.beginWebSocket(head, headers, context)
                case .failure: self.beginHTTP(held, context)
                }
            }
    }

    private func beginWebSocket(_ head: HTTPRequestHead, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
        state = .upgrading([])
        let channel = context.channel
        let handlers = context.pipeline.syncOperations
        handlers.removeHandler(decoder).assumeIsolated().flatMap {
            let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
            return context.writeAndFlush(Self.wrapOutboundOut(.head(response)))
        }.flatMap {
            handlers.removeHandler(self.encoder)
        }.flatMap {
            self.upgrader.upgrade(channel: channel, upgradeRequest: head)
        }.whenComplete { result in
            guard case .upgrading(let held) = self.state else { return }
            self.state = .done
            self.finish(result)
            for bytes in held { context.fireChannelRead(bytes) }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }

    private func finish(_ result: Result<Outcome, any Error>) {
        timer?.cancel()
        outcome.completeWith(result)
    }
}
