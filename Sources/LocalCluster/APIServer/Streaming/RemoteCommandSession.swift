internal import Manifests
internal import NIOCore

/// One `exec` or `attach`: carries bytes between a client and a process until one of them is done.
struct RemoteCommandSession: Sendable {
    let connection: WebSocketConnection
    let version: RemoteCommandProtocol
    let command: RemoteCommand

    /// - Parameter start: begins the process. What goes wrong there is told on the error channel, as the kubelet does.
    func run(_ start: @Sendable () async throws(APIError) -> any RemoteProcess) async {
        do {
            // Clients wait for the first message before they believe in the connection.
            try await connection.send(RemoteCommandProtocol.message(command.stdout ? .stdout : command.stderr ? .stderr : .error))
            let process: any RemoteProcess
            do throws(APIError) {
                process = try await start()
            } catch {
                return try await tell(error.status)
            }
            await carry(process)
        } catch {
            // The client has gone before anything was begun.
        }
    }

    private func carry(_ process: any RemoteProcess) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await incoming(process) }
            group.addTask { await outgoing(process) }
            group.addTask { await connection.watch() }
            await group.next()
            // Whoever was first: the client left, the process ended, or the session lasted too long.
            group.cancelAll()
            await process.clientLeft()
        }
    }

    private func incoming(_ process: any RemoteProcess) async {
        do {
            try await connection.forEachMessage { message in
                var message = message
                guard let channel = message.readInteger(as: UInt8.self).flatMap(RemoteCommandProtocol.Channel.init) else { return }
                switch channel {
                case .stdin:
                    if command.stdin { await process.write(message) }
                case .close:
                    if version == .v5, command.stdin, message.readInteger(as: UInt8.self) == RemoteCommandProtocol.Channel.stdin.rawValue {
                        await process.closeInput()
                    }
                case .resize:
                    resize(process, message)
                case .stdout, .stderr, .error:
                    break
                }
            }
        } catch {
            // However the connection ends, the client has gone.
        }
    }

    private func resize(_ process: any RemoteProcess, _ message: ByteBuffer) {
        guard command.tty, let size = try? JSON.parse(Array(message.readableBytesView)), let columns = size["Width"]?.integer,
            let rows = size["Height"]?.integer
        else { return }
        process.resize(columns: Int(clamping: columns), rows: Int(clamping: rows))
    }

    private func outgoing(_ process: any RemoteProcess) async {
        do {
            try await process.copyOutput { stream, bytes in
                switch stream {
                case .stdout: if command.stdout { try await connection.send(RemoteCommandProtocol.message(.stdout, bytes)) }
                case .stderr: if command.stderr { try await connection.send(RemoteCommandProtocol.message(.stderr, bytes)) }
                }
            }
            let exitCode = await process.exitCode()
            try await tell(RemoteCommandProtocol.status(exitCode: exitCode ?? 0))
        } catch {
            // The client has gone.
        }
    }

    private func tell(_ status: Value) async throws {
        try await connection.send(RemoteCommandProtocol.message(.error, ByteBuffer(bytes: JSON.bytes(status))))
    }
}
