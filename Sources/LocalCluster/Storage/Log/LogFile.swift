internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One file of records, open for appending. Belongs to one writer, who makes its calls off the cooperative threads.
struct LogFile: ~Copyable {
    let path: String
    private let descriptor: FileDescriptor
    /// Where the next record goes; all before it is on the disk.
    private(set) var length: Int64

    private init(path: String, length: Int64, descriptor: FileDescriptor) {
        self.path = path
        self.length = length
        self.descriptor = descriptor
    }

    /// - Parameter length: the end of the last whole record; what follows it is cut off.
    static func open(_ path: String, length: Int64) throws(Errno) -> LogFile {
        let descriptor = try attempt {
            try FileDescriptor.open(FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        }
        let file = LogFile(path: path, length: length, descriptor: descriptor)
        try attempt { try descriptor.resize(to: length) }
        return file
    }

    deinit {
        // Everything that counts was synchronised when it was written.
        try? descriptor.close()
    }

    /// Writes one record and returns when the disk has it. After a failure the file is as before.
    mutating func append(_ payload: [UInt8]) throws(Errno) {
        let bytes = LogFrame.bytes(payload)
        do {
            try Self.attempt {
                _ = try descriptor.writeAll(toAbsoluteOffset: length, bytes)
                guard fdatasync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            // A part of it may stand there; it is written over by the next attempt, and a reader takes it for cut off.
            try? descriptor.resize(to: length)
            throw error
        }
        length += Int64(bytes.count)
    }

    static func attempt<Result>(_ body: () throws -> Result) throws(Errno) -> Result {
        do {
            return try body()
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }

    /// Makes a new name in a directory last.
    static func synchronise(directory: String) throws(Errno) {
        try attempt {
            let folder = try FileDescriptor.open(FilePath(directory), .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter { guard fsync(folder.rawValue) == 0 else { throw Errno(rawValue: errno) } }
        }
    }
}
