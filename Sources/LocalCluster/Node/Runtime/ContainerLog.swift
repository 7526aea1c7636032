internal import Synchronization
package import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The log of one run of a container, in the format of container runtimes (`<time> stdout|stderr F|P <text>`), so that other tools can read it.
/// At its size limit the file is renamed to `.1` and begun anew.
package final class ContainerLog: Sendable {
    package enum Stream: String, Sendable { case stdout, stderr }

    package let path: FilePath
    private let limit: Int
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    private struct State {
        var file: FileDescriptor?
        var size = 0
        /// How often the file was begun anew.
        var rotations = 0
        var isComplete = false
        var partial: [Stream: [UInt8]] = [:]
        var readers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextReader = 0
    }

    /// Where the log ends now.
    package struct Position: Sendable, Hashable {
        package var rotations: Int
        package var size: Int
        package var isComplete: Bool
    }

    package init(path: FilePath, limit: Int, now: @escaping @Sendable () -> Timestamp) throws(NodeError) {
        self.path = path
        self.limit = limit
        self.now = now
        state = Mutex(State(file: try Self.open(path)))
    }

    deinit { state.withLock { Self.close(&$0.file) } }

    package var rotatedPath: FilePath { FilePath(path.string + ".1") }

    /// Splits what a process wrote into lines; the last unfinished one waits for its end.
    package func append(_ bytes: some Sequence<UInt8>, from stream: Stream) {
        state.withLock { state in
            var line = state.partial[stream] ?? []
            for byte in bytes {
                if byte == UInt8(ascii: "\n") {
                    write(line, stream, tag: "F", &state)
                    line.removeAll(keepingCapacity: true)
                } else {
                    line.append(byte)
                    if line.count >= NodeLimits.logLineBytes {
                        write(line, stream, tag: "P", &state)
                        line.removeAll(keepingCapacity: true)
                    }
                }
            }
            state.partial[stream] = line
            for reader in state.readers.values { reader.yield() }
        }
    }

    /// The process has ended: nothing more will come.
    package func finish() {
        state.withLock { state in
            for (stream, line) in state.partial where !line.isEmpty { write(line, stream, tag: "F", &state) }
            state.partial = [:]
            state.isComplete = true
            Self.close(&state.file)
            for reader in state.readers.values { reader.finish() }
            state.readers = [:]
        }
    }

    package var position: Position {
        state.withLock { Position(rotations: $0.rotations, size: $0.size, isComplete: $0.isComplete) }
    }

    /// Ticks when there is more to read, and ends with the log.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            if state.isComplete { return nil }
            state.nextReader += 1
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            // Off this call: it may come from a `finish` that holds the lock.
            Task { self?.forget(id) }
        }
        return stream
    }

    private func forget(_ id: Int) { state.withLock { $0.readers[id] = nil } }

    private func write(_ line: [UInt8], _ stream: Stream, tag: String, _ state: inout State) {
        var record = Array("\(now().rfc3339Nano) \(stream.rawValue) \(tag) ".utf8)
        record += line
        record.append(UInt8(ascii: "\n"))
        if state.size + record.count > limit, state.size > 0 { rotate(&state) }
        guard let file = state.file else { return }
        // A full disk loses the line; the container goes on, as it does under any runtime.
        if (try? file.writeAll(record)) != nil { state.size += record.count }
    }

    private func rotate(_ state: inout State) {
        Self.close(&state.file)
        _ = path.withPlatformString { old in rotatedPath.withPlatformString { rename(old, $0) } }
        state.file = try? Self.open(path)
        state.size = 0
        state.rotations += 1
    }

    private static func open(_ path: FilePath) throws(NodeError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead])
        } catch {
            throw NodeError(.cannotWriteFiles, "cannot write the container log \(path): \(error)")
        }
    }

    private static func close(_ file: inout FileDescriptor?) {
        // Nothing is left to be done about a log whose last bytes cannot be stored.
        try? file?.close()
        file = nil
    }
}
