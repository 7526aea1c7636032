internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A command that runs for one client beside a container's own process.
struct ExecProcess: RemoteProcess {
    typealias Pipe = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    let process: RunningProcess
    let outputs: [(stream: RemoteStream, pipe: Pipe)]
    let input: (any Channel)?
    let terminal: PseudoTerminal?

    func copyOutput(to sink: @escaping @Sendable (RemoteStream, ByteBuffer) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (stream, pipe) in outputs {
                group.addTask { try await Self.copy(pipe) { try await sink(stream, $0) } }
            }
            try await group.waitForAll()
        }
    }

    private static func copy(_ pipe: Pipe, to sink: (ByteBuffer) async throws -> Void) async throws {
        do {
            try await pipe.executeThenClose { inbound, _ in
                for try await piece in inbound { try await sink(piece) }
            }
        } catch let error as IOError where error.errnoCode == EIO {
            // The end of a terminal: the last process has closed it.
        }
    }

    func write(_ bytes: ByteBuffer) async {
        // A process that has closed its input wants nothing more.
        try? await input?.writeAndFlush(bytes).get()
    }

    func closeInput() async {
        if let input { await ContainerConsole.end(input, isTerminal: terminal != nil) }
    }

    func resize(columns: Int, rows: Int) { terminal?.resize(columns: columns, rows: rows) }

    func exitCode() async -> Int64? { await process.end.value().exitCode }

    func clientLeft() async {
        guard process.end.current == nil else { return }
        // As when a terminal is closed: a shell passes it on. What does not listen is killed.
        process.signalGroup(SIGHUP)
        process.terminate()
        if await process.end.value(within: NodeLimits.shutdownGrace) == nil { process.killNow() }
    }
}
