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

    package func start(_ plan: ProcessPlan, log: ContainerLog) async throws(NodeError) -> RunningProcess {
        let output = try OutputPipe.open()
        let error = try OutputPipe.open()
        let drains: [any Channel]
        do {
            drains = [try await drain(output, .stdout, log), try await drain(error, .stderr, log)]
        } catch {
            throw NodeError(.cannotStart, "cannot read the output of \(plan.executable): \(error)")
        }
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
                    workingDirectory: FilePath(plan.workingDirectory), platformOptions: options, input: .none,
                    output: .fileDescriptor(output.write, closeAfterSpawningProcess: true),
                    error: .fileDescriptor(error.write, closeAfterSpawningProcess: true)
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
            await Self.finish(drains)
            log.finish()
            end.set(ended)
        }
        return RunningProcess(pid: try await launched.value().get(), end: end)
    }

    private func drain(_ pipe: OutputPipe, _ stream: ContainerLog.Stream, _ log: ContainerLog) async throws -> any Channel {
        try await NIOPipeBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(OutputHandler(stream, log)) }
            }
            .takingOwnershipOfDescriptor(input: pipe.read.rawValue).get()
    }

    /// Waits for the ends of the pipes, but not for ever.
    private static func finish(_ drains: [any Channel]) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await Task.sleep(for: NodeLimits.outputDrainTimeout) } catch { return }
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

    init(_ stream: ContainerLog.Stream, _ log: ContainerLog) {
        self.stream = stream
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { log.append(unwrapInboundIn(data).readableBytesView, from: stream) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
