package import NIOCore
internal import NIOPosix
internal import Subprocess
internal import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What to run.
package struct ProcessPlan: Sendable, Hashable {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    package var workingDirectory: String

    package init(executable: String, arguments: [String], environment: [String: String], workingDirectory: String) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}

/// How a process ended.
package enum ProcessEnd: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)

    /// As container runtimes report it: 128 and the number of the signal.
    package var exitCode: Int64 {
        switch self {
        case .exited(let code): Int64(code)
        case .signalled(let signal): 128 + Int64(signal)
        }
    }
}

/// A process, the leader of a session and process group of its own.
package struct RunningProcess: Sendable {
    package let pid: Int32
    /// Set when the process, its group and its output are done with.
    package let end: OneValue<ProcessEnd>

    package func signalGroup(_ signal: Int32) {
        // Once it has ended its number may be somebody else's.
        if end.current == nil { kill(-pid, signal) }
    }

    package func terminate() { signalGroup(SIGTERM) }
    package func killNow() { signalGroup(SIGKILL) }
}

/// Starts processes so that they cannot outlive the cluster, and keeps what they write.
package struct ProcessRunner: Sendable {
    let supervisor: Supervisor
    /// Reads the output pipes; writing the logs to disk happens on its threads.
    let group: any EventLoopGroup

    package init(supervisor: Supervisor, group: any EventLoopGroup) {
        self.supervisor = supervisor
        self.group = group
    }

    /// Starts the process of a container: what it writes is logged, and told to the clients that are attached.
    package func start(
        _ plan: ProcessPlan, log: ContainerLog, console: ContainerConsole = ContainerConsole(), hasInput: Bool = false,
        isTerminal: Bool = false
    ) async throws(NodeError) -> RunningProcess {
        let streams = try ProcessStreams.open(hasInput: hasInput, isTerminal: isTerminal)
        var drains: [any Channel] = []
        var input: (any Channel)?
        var terminal: PseudoTerminal?
        do {
            switch streams.ours {
            case .pipes(let inputEnd, let output, let error):
                drains = [try await drain(output, .stdout, log, console), try await drain(error, .stderr, log, console)]
                if let inputEnd { input = try await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(output: inputEnd).get() }
            case .terminal(let made):
                drains = [try await drain(made, log, console)]
                if hasInput { input = drains[0] }
                terminal = made
            }
        } catch {
            throw NodeError(.cannotStart, "cannot read the output of \(plan.executable): \(error)")
        }
        console.connect(input: input, terminal: terminal)
        let (channels, kept) = (drains + (input.map { [$0] } ?? []), terminal)
        do throws(NodeError) {
            return try await launch(plan, streams) {
                kept?.hangUp()
                await Self.close(channels, within: NodeLimits.outputDrainTimeout)
                log.finish()
                console.finish()
            }
        } catch {
            console.finish()
            throw error
        }
    }

    /// - Parameter finished: What is still to be done when the process has ended and its group is killed, before others are told.
    func launch(
        _ plan: ProcessPlan, _ streams: ProcessStreams, finished: @escaping @Sendable () async -> Void
    ) async throws(NodeError) -> RunningProcess {
        let plan = try Self.atTerminal(plan, streams)
        let launched = OneValue<Result<Int32, NodeError>>()
        let end = OneValue<ProcessEnd>()
        Task { [supervisor] in
            var options = PlatformOptions()
            options.createSession = true
            let environment = Dictionary(plan.environment.map { (Environment.Key(stringLiteral: $0), $1) }, uniquingKeysWith: { $1 })
            var ended = ProcessEnd.exited(128)
            do {
                let result = try await run(
                    .path(FilePath(plan.executable)), arguments: Arguments(plan.arguments), environment: .custom(environment),
                    workingDirectory: FilePath(plan.workingDirectory), platformOptions: options,
                    input: .fileDescriptor(streams.input, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(streams.output, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(streams.error, closeAfterSpawningProcess: true)
                ) { execution in
                    supervisor.watch(group: execution.processIdentifier.value)
                    launched.set(.success(execution.processIdentifier.value))
                }
                switch result.terminationStatus {
                case .exited(let code): ended = .exited(code)
                case .signaled(let signal): ended = .signalled(signal)
                }
            } catch {
                launched.set(.failure(NodeError(.cannotStart, Self.reason(error, plan))))
            }
            if case .success(let pid) = await launched.value() {
                // What the leader leaves behind ends with it, as in a container.
                kill(-pid, SIGKILL)
                supervisor.forget(group: pid)
            }
            await finished()
            end.set(ended)
        }
        return RunningProcess(pid: try await launched.value().get(), end: end)
    }

    /// A session's first process that opens a terminal is controlled by it from then on, so a shell opens it and becomes the program.
    private static func atTerminal(_ plan: ProcessPlan, _ streams: ProcessStreams) throws(NodeError) -> ProcessPlan {
        guard case .terminal(let terminal) = streams.ours else { return plan }
        var wrapped = plan
        wrapped.executable = "/bin/sh"
        wrapped.arguments = ["-c", "exec \"$@\" <>\"$0\" >&0 2>&0", terminal.path, plan.executable] + plan.arguments
        return wrapped
    }

    private func drain(
        _ descriptor: Int32, _ stream: ContainerLog.Stream, _ log: ContainerLog, _ console: ContainerConsole
    ) async throws -> any Channel {
        try await bootstrap(stream, log, console).takingOwnershipOfDescriptor(input: descriptor).get()
    }

    private func drain(_ terminal: PseudoTerminal, _ log: ContainerLog, _ console: ContainerConsole) async throws -> any Channel {
        try await bootstrap(.stdout, log, console).takingOwnershipOfDescriptor(inputOutput: terminal.master).get()
    }

    private func bootstrap(_ stream: ContainerLog.Stream, _ log: ContainerLog, _ console: ContainerConsole) -> NIOPipeBootstrap {
        NIOPipeBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OutputHandler(stream, log, console))
                }
            }
    }

    /// Waits for the ends of the pipes, but not for ever.
    static func close(_ drains: [any Channel], within limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return }
                for drain in drains { drain.close(mode: .all, promise: nil) }
            }
            for drain in drains {
                // A close always succeeds in the end; its error tells only how.
                _ = try? await drain.closeFuture.get()
            }
            group.cancelAll()
        }
    }

    private static func reason(_ error: any Error, _ plan: ProcessPlan) -> String {
        let path = plan.executable
        if let error = error as? SubprocessError {
            switch error.underlyingError {
            case .some(.noSuchFileOrDirectory): return "exec: \"\(path)\": stat \(path): no such file or directory"
            case .some(.permissionDenied): return "exec: \"\(path)\": permission denied"
            default: break
            }
            if error.code == .executableNotFound { return "exec: \"\(path)\": stat \(path): no such file or directory" }
        }
        return "exec: \"\(path)\": \(error)"
    }
}

/// Hands what a pipe brings to the log.
private final class OutputHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let stream: ContainerLog.Stream
    private let log: ContainerLog
    private let console: ContainerConsole

    init(_ stream: ContainerLog.Stream, _ log: ContainerLog, _ console: ContainerConsole) {
        self.stream = stream
        self.log = log
        self.console = console
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        log.append(bytes.readableBytesView, from: stream)
        console.publish(bytes, from: stream == .stdout ? .stdout : .stderr)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
