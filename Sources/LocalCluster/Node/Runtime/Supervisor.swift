internal import Subprocess
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Kills every process group of the node when this process dies, even by `kill -9`.
///
/// It is a small shell process that reads the numbers of our process groups from a socket whose other end only we hold. When we are gone it
/// reads the end of the stream, kills what is still on its list, and ends. `PR_SET_PDEATHSIG` would be tied to the thread that
/// started the child, and threads come and go.
package final class Supervisor: Sendable {
    private let socket: Int32
    private let shell: Task<Void, Never>

    private static let script = """
        trap '' HUP INT QUIT TERM
        groups=' '
        while read -r verb group; do
            case $verb in
            +) groups="$groups$group " ;;
            -) kept=' '
               for each in $groups; do [ "$each" = "$group" ] || kept="$kept$each "; done
               groups=$kept ;;
            esac
        done
        for each in $groups; do kill -s KILL -- "-$each" 2>/dev/null; done
        exit 0
        """

    private init(socket: Int32, shell: Task<Void, Never>) {
        self.socket = socket
        self.shell = shell
    }

    deinit { close(socket) }

    package static func start() async throws(NodeError) -> Supervisor {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw NodeError(.supervisorFailed, "cannot make the socket by which processes are supervised: errno \(errno)")
        }
        let theirs = FileDescriptor(rawValue: ends[1])
        let launched = OneValue<Result<Void, NodeError>>()
        let shell = Task {
            var options = PlatformOptions()
            options.createSession = true
            do {
                _ = try await run(
                    .path("/bin/sh"), arguments: ["-c", script], environment: .custom(["PATH": "/usr/bin:/bin"]), platformOptions: options,
                    input: .fileDescriptor(theirs, closeAfterSpawningProcess: true), output: .discarded, error: .discarded
                ) { _ in launched.set(.success(())) }
            } catch {
                launched.set(.failure(NodeError(.supervisorFailed, "cannot start /bin/sh, which supervises processes: \(error)")))
            }
        }
        try await launched.value().get()
        return Supervisor(socket: ends[0], shell: shell)
    }

    package func watch(group: Int32) { tell("+ \(group)\n") }
    package func forget(group: Int32) { tell("- \(group)\n") }

    /// Ends the shell; every group has to be forgotten or done with.
    package func stop() async {
        shutdown(socket, Int32(SHUT_WR))
        await shell.value
    }

    /// A message is far shorter than the socket's buffer and the shell does nothing but read, so this does not wait.
    private func tell(_ message: String) {
        let bytes = Array(message.utf8)
        #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        _ = send(socket, bytes, bytes.count, flags)
    }
}
