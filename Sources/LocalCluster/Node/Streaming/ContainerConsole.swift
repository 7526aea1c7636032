package import NIOCore
internal import Synchronization

/// Where clients attach to one run of a container: they hear what it writes from then on, and may write to its input if it has one.
package final class ContainerConsole: Sendable {
    package typealias Output = (stream: RemoteStream, bytes: ByteBuffer)

    /// Why a client is cut off.
    struct TooSlow: Error {}

    private struct State {
        var listeners: [Int: AsyncThrowingStream<Output, any Error>.Continuation] = [:]
        var next = 0
        var isOver = false
        /// Open until the process or `stdinOnce` ends it.
        var input: (any Channel)?
        var terminal: PseudoTerminal?
    }

    private let state = Mutex(State())

    package init() {}

    func connect(input: (any Channel)?, terminal: PseudoTerminal?) {
        state.withLock { state in
            state.input = input
            state.terminal = terminal
        }
    }

    /// Nil above the limit of clients, and when the run is over.
    func listen() -> AsyncThrowingStream<Output, any Error>? {
        state.withLock { state in
            guard !state.isOver, state.listeners.count < NodeLimits.attachedClients else { return nil }
            let (stream, continuation) = AsyncThrowingStream.makeStream(
                of: Output.self, bufferingPolicy: .bufferingOldest(NodeLimits.attachedChunks))
            let number = state.next
            state.next += 1
            state.listeners[number] = continuation
            continuation.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) } }
            return stream
        }
    }

    func publish(_ bytes: ByteBuffer, from stream: RemoteStream) {
        let listeners = state.withLock { $0.listeners }
        for (number, listener) in listeners {
            if case .dropped = listener.yield((stream, bytes)) {
                _ = state.withLock { $0.listeners.removeValue(forKey: number) }
                listener.finish(throwing: TooSlow())
            }
        }
    }

    func write(_ bytes: ByteBuffer) async {
        guard let input = state.withLock({ $0.input }) else { return }
        // A process that has closed its input wants nothing more.
        try? await input.writeAndFlush(bytes).get()
    }

    func closeInput() async {
        let (input, terminal) = state.withLock { state -> ((any Channel)?, PseudoTerminal?) in
            defer { if state.terminal == nil { state.input = nil } }
            return (state.input, state.terminal)
        }
        guard let input else { return }
        await Self.end(input, isTerminal: terminal != nil)
    }

    func resize(columns: Int, rows: Int) { state.withLock { $0.terminal }?.resize(columns: columns, rows: rows) }

    /// The process has ended: nothing more will come.
    func finish() {
        let listeners = state.withLock { state in
            state.isOver = true
            state.input = nil
            state.terminal = nil
            defer { state.listeners = [:] }
            return state.listeners.values.map { $0 }
        }
        for listener in listeners { listener.finish() }
    }

    /// The end of a pipe is the end of the input; at a terminal it is a character, Ctrl-D.
    static func end(_ input: any Channel, isTerminal: Bool) async {
        // An input that is closed already is what was wanted.
        if isTerminal {
            try? await input.writeAndFlush(ByteBuffer(integer: UInt8(4))).get()
        } else {
            try? await input.close(mode: .all).get()
        }
    }
}
