internal import Manifests
internal import NIOCore

/// Clients that run commands in a Pod's containers, or attach to them.
extension PodWorker {
    func start(_ command: RemoteCommand) async throws(APIError) -> any RemoteProcess {
        guard let container = container(named: command.container), let process = container.process, process.end.current == nil else {
            throw APIError(.internalError, "unable to upgrade connection: container not found (\"\(command.container)\")")
        }
        switch command.action {
        case .exec(let words): return try await exec(words, command, container, process)
        case .attach: return try attach(command, container, process)
        }
    }

    private func attach(
        _ command: RemoteCommand, _ container: ContainerRuntime, _ process: RunningProcess
    ) throws(APIError) -> AttachedProcess {
        let isTerminal = container.spec["tty"]?.bool ?? false
        if command.tty, !isTerminal {
            throw APIError(.badRequest, "Unable to use a TTY - container \(container.name) did not allocate one")
        }
        guard let output = container.console.listen() else {
            throw APIError(
                .tooManyRequests, "container \(container.name) has \(NodeLimits.attachedClients) attached clients, which is the limit")
        }
        let once = container.spec["stdinOnce"]?.bool ?? false
        return AttachedProcess(console: container.console, output: output, process: process, closesInput: command.stdin && once)
    }

    /// Runs it with the environment, the mounts and the directory of the container, and no longer than it.
    private func exec(
        _ words: [String], _ command: RemoteCommand, _ container: ContainerRuntime, _ process: RunningProcess
    ) async throws(APIError) -> ExecProcess {
        guard context.usage.guests < NodeLimits.execSessions else {
            throw APIError(.tooManyRequests, "\(NodeLimits.execSessions) commands run in the Pods of this node, which is the limit")
        }
        let started: ExecProcess
        do throws(NodeError) {
            started = try await context.runner.exec(plan(words, command, container), hasInput: command.stdin, isTerminal: command.tty)
        } catch {
            throw APIError(
                .internalError,
                "error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: "
                    + "exec failed: unable to start container process: \(error.message): unknown")
        }
        let guest = started.process
        context.usage.add(guest: guest.pid, of: process.pid)
        // Whatever happened while it was started.
        if container.process?.pid != process.pid || process.end.current != nil { guest.killNow() }
        container.guests[guest.pid] = guest
        Task {
            _ = await guest.end.value()
            context.usage.remove(guest: guest.pid)
            container.guests[guest.pid] = nil
        }
        return started
    }

    private func plan(_ words: [String], _ command: RemoteCommand, _ container: ContainerRuntime) throws(NodeError) -> ProcessPlan {
        guard let place = container.execContext, let first = words.first else {
            throw NodeError(.cannotStart, "no command specified")
        }
        var environment = place.environment
        if command.tty, environment["TERM"] == nil { environment["TERM"] = "xterm" }
        let arguments = words.dropFirst().map(place.rewrite)
        return ProcessPlan(
            executable: try ProcessPlanner.resolve(place.rewrite(first), environment["PATH"] ?? ""), arguments: arguments,
            environment: environment, workingDirectory: place.workingDirectory)
    }
}
