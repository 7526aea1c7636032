internal import NIOCore
internal import NIOPosix

extension ProcessRunner {
    /// Starts a command whose output goes to one client, which the command waits for.
    func exec(_ plan: ProcessPlan, hasInput: Bool, isTerminal: Bool) async throws(NodeError) -> ExecProcess {
        let streams = try ProcessStreams.open(hasInput: hasInput, isTerminal: isTerminal)
        var outputs: [(stream: RemoteStream, pipe: ExecProcess.Pipe)] = []
        var input: (any Channel)?
        var terminal: PseudoTerminal?
        do {
            switch streams.ours {
            case .pipes(let inputEnd, let output, let error):
                outputs = [(.stdout, try await reader(output)), (.stderr, try await reader(error))]
                if let inputEnd { input = try await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(output: inputEnd).get() }
            case .terminal(let made):
                let both = try await NIOPipeBootstrap(group: group)
                    .takingOwnershipOfDescriptor(inputOutput: made.master) { channel in Self.asynchronous(channel) }
                outputs = [(.stdout, both)]
                if hasInput { input = both.channel }
                terminal = made
            }
        } catch {
            throw NodeError(.cannotStart, "cannot connect to \(plan.executable): \(error)")
        }
        let channels = outputs.map(\.pipe.channel) + (input.map { [$0] } ?? [])
        let kept = terminal
        let process = try await launch(plan, streams) {
            kept?.hangUp()
            // The exit code is known now; its client reads what is left in the pipes.
            Task { await Self.close(channels, within: NodeLimits.execDrainTimeout) }
        }
        return ExecProcess(process: process, outputs: outputs, input: input, terminal: terminal)
    }

    private func reader(_ descriptor: Int32) async throws -> ExecProcess.Pipe {
        try await NIOPipeBootstrap(group: group)
            .takingOwnershipOfDescriptor(input: descriptor) { channel in Self.asynchronous(channel) }
    }

    private static func asynchronous(_ channel: any Channel) -> EventLoopFuture<ExecProcess.Pipe> {
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
    }
}
