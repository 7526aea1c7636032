internal import NIOCore

/// A client at the process of a container that runs.
struct AttachedProcess: RemoteProcess {
    let console: ContainerConsole
    let output: AsyncThrowingStream<ContainerConsole.Output, any Error>
    let process: RunningProcess
    /// The container's input ends with its first client.
    let closesInput: Bool

    func copyOutput(to sink: @escaping @Sendable (RemoteStream, ByteBuffer) async throws -> Void) async throws {
        for try await piece in output { try await sink(piece.stream, piece.bytes) }
    }

    func write(_ bytes: ByteBuffer) async { await console.write(bytes) }

    func closeInput() async { if closesInput { await console.closeInput() } }

    func resize(columns: Int, rows: Int) { console.resize(columns: columns, rows: rows) }

    /// How a container ended is told by its Pod.
    func exitCode() async -> Int64? { nil }

    func clientLeft() async { if closesInput { await console.closeInput() } }
}
