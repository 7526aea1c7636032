internal import SystemPackage

/// The two ends of a process' input and output. A file of its own because NIO has another `FileDescriptor`.
struct ProcessStreams: Sendable {
    enum Ours: Sendable {
        /// `input` is nil for a process that reads nothing.
        case pipes(input: Int32?, output: Int32, error: Int32)
        case terminal(PseudoTerminal)
    }

    /// The process' ends; closed here once it has them.
    let input: FileDescriptor
    let output: FileDescriptor
    let error: FileDescriptor
    let ours: Ours

    static func open(hasInput: Bool, isTerminal: Bool) throws(NodeError) -> ProcessStreams {
        if isTerminal {
            // The process opens the terminal by its path, which makes it the terminal that it is controlled by.
            let terminal = try PseudoTerminal.open()
            return ProcessStreams(
                input: try nothing(), output: try nothing(), error: try nothing(), ours: .terminal(terminal))
        }
        let input = hasInput ? try OutputPipe.open() : nil
        let output = try OutputPipe.open()
        let error = try OutputPipe.open()
        let read: FileDescriptor
        if let input { read = input.read } else { read = try nothing() }
        return ProcessStreams(
            input: read, output: output.write, error: error.write,
            ours: .pipes(input: input?.write.rawValue, output: output.read.rawValue, error: error.read.rawValue))
    }

    private static func nothing() throws(NodeError) -> FileDescriptor {
        do {
            return try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
        } catch {
            throw NodeError(.cannotStart, "cannot open /dev/null: \(error)")
        }
    }
}
