internal import NIOCore

/// One end of a relayed connection: what it reads the other end writes, at the speed of the slower one. Each direction ends on its own.
///
/// Both ends live on one event loop. The end that was accepted is in place before its partner exists and keeps what arrives until then: when a
/// client ends its side at once, NIO reads all it sent whether it was asked to or not.
final class RelayHandler: ChannelDuplexHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    private enum Input { case open, ended, gone }

    private let eventLoop: any EventLoop
    private var partner: RelayHandler?
    private var context: ChannelHandlerContext?
    private var hasPendingRead = false
    private var early: [NIOAny] = []
    private var input = Input.open
    private var finished: EventLoopFuture<Void>?
    /// Told when this end has read something.
    private let answer: FirstAnswer?

    init(_ eventLoop: any EventLoop, answer: FirstAnswer? = nil) {
        self.eventLoop = eventLoop
        self.answer = answer
    }

    /// Makes two handlers the ends of one connection; to be called before `second` is added to its pipeline.
    static func join(_ first: RelayHandler, _ second: RelayHandler) {
        first.partner = second
        second.partner = first
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        partner?.partnerIsThere()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
        early = []
    }

    // MARK: - What arrives

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer?.came()
        if let other = partner?.context { other.write(data, promise: nil) } else { early.append(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, case .inputClosed = event, input == .open {
            input = .ended
            passOnTheEnd()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        input = .gone
        passOnTheEnd()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        partner?.closeNow()
        context.close(promise: nil)
    }

    private func partnerIsThere() {
        guard let other = partner?.context else { return }
        for data in early { other.write(data, promise: nil) }
        early = []
        other.flush()
        passOnTheEnd()
        if other.channel.isWritable { partnerBecameWritable() }
    }

    private func passOnTheEnd() {
        guard let partner, partner.context != nil else { return }
        switch input {
        case .open: break
        case .ended: _ = partner.finishOutput()
        // The partner is closed when all that was read here has left it.
        case .gone: partner.finishOutput().assumeIsolated().whenComplete { _ in partner.closeNow() }
        }
    }

    // MARK: - What is sent

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.partnerBecameWritable() }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if partner?.context?.channel.isWritable ?? false {
            context.read()
        } else {
            hasPendingRead = true
        }
    }

    private func partnerBecameWritable() {
        guard hasPendingRead else { return }
        hasPendingRead = false
        context?.read()
    }

    /// Ends this direction once everything that waits has been written: NIO closes at once, without writing the rest, when the other
    /// direction has ended already.
    private func finishOutput() -> EventLoopFuture<Void> {
        if let finished { return finished }
        guard let context else { return eventLoop.makeSucceededVoidFuture() }
        let written = context.eventLoop.makePromise(of: Void.self)
        finished = written.futureResult
        context.writeAndFlush(NIOAny(context.channel.allocator.buffer(capacity: 0)), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(mode: .output, promise: nil) }
        return written.futureResult
    }

    private func closeNow() { context?.close(promise: nil) }
}
