internal import NIOPosix
internal import SystemPackage

/// Reads container logs for `pods/log`.
enum LogReader {
    /// One record of a log file.
    struct Line: Sendable {
        let time: Substring.UTF8View
        /// With its line end; a piece of a long line has none.
        let text: [UInt8]
    }

    /// Everything that is kept of a log, oldest line first. Blocks on the disk.
    static func lines(of log: ContainerLog) -> [Line] {
        let rotated = FileTree.read(log.rotatedPath.string, limit: .max) ?? []
        return parse(rotated + (FileTree.read(log.path.string, limit: .max) ?? []))
    }

    static func parse(_ bytes: [UInt8]) -> [Line] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).compactMap(parseRecord)
    }

    /// `<time> <stream> <tag> <text>`
    private static func parseRecord(_ record: ArraySlice<UInt8>) -> Line? {
        let fields = record.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4 else { return nil }
        var text = Array(fields[3])
        if fields[2].first == UInt8(ascii: "F") { text.append(UInt8(ascii: "\n")) }
        return Line(time: Substring(decoding: fields[0], as: UTF8.self).utf8, text: text)
    }

    /// The stream of what `options` ask for. It ends with the log, at the byte limit, or when its reader is too slow.
    static func stream(_ log: ContainerLog, _ options: LogOptions, threads: NIOThreadPool) -> AsyncStream<[UInt8]> {
        AsyncStream(bufferingPolicy: .bufferingOldest(NodeLimits.logChunksWaiting)) { continuation in
            let task = Task {
                do {
                    try await send(log, options, threads, continuation)
                } catch {
                    // The node is stopping; the stream ends with what it has.
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func send(
        _ log: ContainerLog, _ options: LogOptions, _ threads: NIOThreadPool, _ continuation: AsyncStream<[UInt8]>.Continuation
    ) async throws {
        let changes = options.follow ? log.changes() : nil
        // The position first: what comes while the files are read is sent by what follows.
        var position = log.position
        let end = position
        var formatter = LogFormatter(options)
        let past = try await threads.runIfActive { pastLines(of: log, upTo: end, tail: options.tailLines) }
        guard yield(formatter.format(past), continuation), !formatter.isFull, let changes else { return }
        for await _ in changes {
            let (fresh, reached) = try await advance(log, position, threads)
            position = reached
            guard yield(formatter.format(fresh), continuation), !formatter.isFull else { return }
        }
        let (rest, _) = try await advance(log, position, threads)
        _ = yield(formatter.format(rest), continuation)
    }

    private static func pastLines(of log: ContainerLog, upTo end: ContainerLog.Position, tail: Int?) -> [Line] {
        var bytes = FileTree.read(log.rotatedPath.string, limit: .max) ?? []
        bytes += (FileTree.read(log.path.string, limit: .max) ?? []).prefix(end.size)
        let lines = parse(bytes)
        return tail.map { Array(lines.suffix(max(0, $0))) } ?? lines
    }

    /// What was written since `position`. After a rotation the rest of the old file comes first.
    private static func advance(
        _ log: ContainerLog, _ position: ContainerLog.Position, _ threads: NIOThreadPool
    ) async throws -> ([Line], ContainerLog.Position) {
        let reached = log.position
        if reached == position { return ([], reached) }
        let lines = try await threads.runIfActive {
            var bytes: [UInt8] = []
            var from = position.size
            if reached.rotations != position.rotations {
                // Rotated more than once: the rest of the older file is lost.
                let start = reached.rotations == position.rotations + 1 ? from : 0
                bytes += FileTree.read(log.rotatedPath.string, from: start, limit: .max) ?? []
                from = 0
            }
            bytes += FileTree.read(log.path.string, from: from, limit: max(0, reached.size - from)) ?? []
            return parse(bytes)
        }
        return (lines, reached)
    }

    /// False when the reader is gone or too slow.
    private static func yield(_ bytes: [UInt8], _ continuation: AsyncStream<[UInt8]>.Continuation) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            if case .enqueued = continuation.yield(Array(rest.prefix(NodeLimits.logChunkBytes))) {
                rest = rest.dropFirst(NodeLimits.logChunkBytes)
            } else {
                return false
            }
        }
        return !Task.isCancelled
    }
}

/// Applies `timestamps`, `since` and `limitBytes` to the lines of a log.
struct LogFormatter {
    private let options: LogOptions
    private let since: String?
    private var sent = 0

    init(_ options: LogOptions) {
        self.options = options
        since = options.since?.rfc3339Nano
    }

    var isFull: Bool { options.limitBytes.map { sent >= $0 } ?? false }

    mutating func format(_ lines: [LogReader.Line]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            // Times of one width compare as text.
            if let since, String(Substring(line.time)) < since { continue }
            if options.timestamps {
                bytes += line.time
                bytes.append(UInt8(ascii: " "))
            }
            bytes += line.text
        }
        if let limit = options.limitBytes { bytes = Array(bytes.prefix(max(0, limit - sent))) }
        sent += bytes.count
        return bytes
    }
}
