package import NIOCore

/// What `pods/exec` and `pods/attach` ask for.
package struct RemoteCommand: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case exec([String])
        case attach
    }

    package var action: Action
    package var container: String
    package var stdin: Bool
    package var stdout: Bool
    package var stderr: Bool
    package var tty: Bool

    package init(action: Action, container: String, stdin: Bool, stdout: Bool, stderr: Bool, tty: Bool) {
        self.action = action
        self.container = container
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.tty = tty
    }
}

/// What a process writes to.
package enum RemoteStream: Sendable, Hashable {
    case stdout, stderr
}

/// A process with which a client speaks. Each wait ends when the process does or the task is cancelled.
package protocol RemoteProcess: Sendable {
    /// Passes on what the process writes until it has ended; the process waits while `sink` does.
    func copyOutput(to sink: @escaping @Sendable (RemoteStream, ByteBuffer) async throws -> Void) async throws

    /// Returns when the process, or the pipe to it, has taken the bytes. What it does not want any more is dropped.
    func write(_ bytes: ByteBuffer) async

    func closeInput() async

    func resize(columns: Int, rows: Int)

    /// The exit code, 128 and the number when a signal ended it; nil when the process goes on without the client.
    func exitCode() async -> Int64?

    /// The client has gone: what was begun for it ends.
    func clientLeft() async
}
