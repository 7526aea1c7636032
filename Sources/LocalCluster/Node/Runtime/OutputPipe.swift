internal import SystemPackage

/// The pipe between a process that writes and us. A file of its own because NIO has another `FileDescriptor`.
struct OutputPipe: Sendable {
    let read: FileDescriptor
    let write: FileDescriptor

    static func open() throws(NodeError) -> OutputPipe {
        do {
            let (read, write) = try FileDescriptor.pipe(options: [.closeOnExec])
            return OutputPipe(read: read, write: write)
        } catch {
            throw NodeError(.cannotStart, "cannot make a pipe for a container's output: \(error)")
        }
    }
}
