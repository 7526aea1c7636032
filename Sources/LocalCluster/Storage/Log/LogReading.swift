internal import SystemPackage

/// Reads the records of one file in order.
enum LogReading {
    struct Outcome {
        /// The end of the last whole record.
        var length: Int64
        /// Bytes after it that a write left unfinished.
        var unfinishedBytes: Int64
    }

    /// - Parameter mayBeCutOff: whether a record that is not whole at the end of the file is dropped: what a writer that died leaves behind.
    static func read(
        _ path: String, mayBeCutOff: Bool, _ body: (_ payload: [UInt8], _ isFirst: Bool) throws(LogFrame.Damage) -> Void
    ) throws(LocalClusterError) -> Outcome {
        let file: FileDescriptor
        let size: Int64
        do {
            file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            size = try file.seek(offset: 0, from: .end)
        } catch {
            throw LocalClusterError(code: .state, message: "cannot read \(path): \(error)")
        }
        defer { try? file.close() }
        var offset: Int64 = 0
        while offset < size {
            let rest = size - offset
            let head = try bytes(file, path, offset, min(rest, Int64(LogFrame.headerBytes)))
            let isHead = head.count == LogFrame.headerBytes
            let isEmpty = try isEmpty(file, path, from: offset, head)
            let isCutOff = mayBeCutOff && (!isHead || isEmpty)
            if isCutOff {
                return Outcome(length: offset, unfinishedBytes: rest)
            }
            do throws(LogFrame.Damage) {
                let (length, checksum) = try LogFrame.header(head)
                let end = offset + Int64(LogFrame.headerBytes + length)
                guard end <= size else {
                    if mayBeCutOff { return Outcome(length: offset, unfinishedBytes: rest) }
                    throw LogFrame.Damage("a record of \(length) bytes is cut off after \(rest - Int64(LogFrame.headerBytes))")
                }
                let payload = try checked(file, path, offset + Int64(LogFrame.headerBytes), Int64(length))
                let found = CRC32.checksum(payload)
                if found != checksum {
                    if mayBeCutOff, end == size { return Outcome(length: offset, unfinishedBytes: rest) }
                    throw LogFrame.Damage(
                        "a record has the checksum \(LogFrame.hex(found)), expected \(LogFrame.hex(checksum))")
                }
                try body(payload, offset == 0)
                offset = end
            } catch {
                throw LocalClusterError(
                    code: .state,
                    message: "\(path) is damaged at offset \(offset): \(error.message). Nothing was changed. Put a copy of the directory "
                        + "back, or move it away to begin with an empty cluster")
            }
        }
        return Outcome(length: offset, unfinishedBytes: 0)
    }

    private static func checked(
        _ file: FileDescriptor, _ path: String, _ offset: Int64, _ count: Int64
    ) throws(LogFrame.Damage) -> [UInt8] {
        do throws(LocalClusterError) { return try bytes(file, path, offset, count) } catch { throw LogFrame.Damage(error.message) }
    }

    /// File systems may have made room for a record and lost its bytes: zeros to the end.
    private static func isEmpty(
        _ file: FileDescriptor, _ path: String, from offset: Int64, _ head: [UInt8]
    ) throws(LocalClusterError) -> Bool {
        guard head.allSatisfy({ $0 == 0 }) else { return false }
        var position = offset
        while true {
            let chunk = try bytes(file, path, position, 1 << 20)
            if chunk.isEmpty { return true }
            guard chunk.allSatisfy({ $0 == 0 }) else { return false }
            position += Int64(chunk.count)
        }
    }

    private static func bytes(
        _ file: FileDescriptor, _ path: String, _ offset: Int64, _ count: Int64
    ) throws(LocalClusterError) -> [UInt8] {
        do {
            var bytes = [UInt8](repeating: 0, count: Int(count))
            var filled = 0
            while filled < bytes.count {
                let read = try bytes.withUnsafeMutableBytes {
                    try file.read(
                        fromAbsoluteOffset: offset + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
                }
                if read == 0 { break }
                filled += read
            }
            return filled == bytes.count ? bytes : Array(bytes[..<filled])
        } catch {
            throw LocalClusterError(code: .state, message: "cannot read \(path) at offset \(offset): \(error)")
        }
    }
}
