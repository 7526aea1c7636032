internal import Manifests
internal import SystemPackage

/// One container: image, configuration, runs, and what happens between them.
extension PodWorker {
    /// - Returns: whether it ended well and is not to run again.
    func runUntilDone(_ container: ContainerRuntime) async -> Bool {
        if container.isFinished, case .terminated(let end) = container.snapshot.state { return end.exitCode == 0 }
        while !isStopping {
            guard let image = await obtainImage(container), let plan = await configure(container, image) else { return false }
            let begun = ContinuousClock.now
            let end = await runOnce(container, plan)
            if isStopping { return false }
            if !restarts(after: end, container) { return end.exitCode == 0 }
            if ContinuousClock.now - begun >= context.configuration.restartBackoff.reset { container.restartsInARow = 0 }
            guard await backOff(container) else { return false }
        }
        return false
    }

    private func restarts(after end: ContainerSnapshot.Termination, _ container: ContainerRuntime) -> Bool {
        if container.kind == .ephemeral { return false }
        let policy = pod["spec", "restartPolicy"]?.string ?? "Always"
        if end.exitCode == 0 { return policy == "Always" && !container.isInit }
        return policy != "Never"
    }

    private func backOff(_ container: ContainerRuntime) async -> Bool {
        let delay = context.configuration.restartBackoff.delay(before: container.restartsInARow)
        container.restartsInARow += 1
        if delay > .zero {
            let what = "restarting failed container=\(container.name) pod=\(key.name)_\(key.namespace)(\(uid))"
            container.wait("CrashLoopBackOff", "back-off \(Self.text(delay)) \(what)")
            publish()
            await event(
                .warning, "BackOff", "Back-off restarting failed container \(container.name) in pod \(key.name)_\(key.namespace)(\(uid))",
                container)
            guard await pause(delay) else { return false }
        }
        container.snapshot.restartCount += 1
        return !isStopping
    }

    /// As Go writes a duration: `10s`, `1m20s`, `500ms`.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if seconds == 0 { return "\(attoseconds / 1_000_000_000_000_000)ms" }
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }

    // MARK: - Image

    private func obtainImage(_ container: ContainerRuntime) async -> LocalImage? {
        let name = container.snapshot.image
        let policy =
            container.spec["imagePullPolicy"]?.string ?? (ImageName.normalized(name).hasSuffix(":latest") ? "Always" : "IfNotPresent")
        var attempts = 0
        while !isStopping {
            guard ImageName.isValid(name) else {
                let message =
                    "Failed to apply default image tag \"\(name)\": couldn't parse image name \"\(name)\": invalid reference format"
                container.wait("InvalidImageName", message)
                publish()
                await event(.warning, "InspectFailed", message, container)
                guard await pause(context.configuration.pullBackoff.base) else { return nil }
                continue
            }
            switch await context.images.look(up: name) {
            case .present(let image):
                if policy == "Always" { await event(.normal, "Pulling", "Pulling image \"\(name)\"", container) }
                await event(.normal, "Pulled", "Container image \"\(name)\" already present on machine", container)
                return accept(image, container)
            case .toPull(let image):
                guard policy != "Never" else { break }
                await event(.normal, "Pulling", "Pulling image \"\(name)\"", container)
                let duration = Duration.seconds(max(0, image.pullSeconds))
                if duration > .zero { guard await pause(duration) else { return nil } }
                await context.images.markPulled(name)
                let took = Self.text(duration)
                await event(
                    .normal, "Pulled", "Successfully pulled image \"\(name)\" in \(took) (\(took) including waiting). Image size: 0 bytes.",
                    container)
                return accept(image, container)
            case .missing(let reason):
                guard policy != "Never" else { break }
                attempts += 1
                guard await failedToPull(container, name, reason, attempts) else { return nil }
                continue
            }
            let message = "Container image \"\(name)\" is not present with pull policy of Never"
            container.wait("ErrImageNeverPull", message)
            publish()
            await event(.warning, "ErrImageNeverPull", message, container)
            guard await pause(context.configuration.pullBackoff.base) else { return nil }
        }
        return nil
    }

    private func accept(_ image: LocalImage, _ container: ContainerRuntime) -> LocalImage {
        let digest = SHA256.hex(Array(image.command.joined(separator: "\u{0}").utf8))
        container.snapshot.imageID = "\(ImageName.repository(of: image.name))@sha256:\(digest)"
        return image
    }

    /// First the error, then the waiting: both states can be seen, as in Kubernetes.
    private func failedToPull(_ container: ContainerRuntime, _ name: String, _ reason: String, _ attempts: Int) async -> Bool {
        await event(.normal, "Pulling", "Pulling image \"\(name)\"", container)
        container.wait("ErrImagePull", reason)
        publish()
        await event(.warning, "Failed", "Failed to pull image \"\(name)\": \(reason)", container)
        await event(.warning, "Failed", "Error: ErrImagePull", container)
        let delay = context.configuration.pullBackoff.delay(before: attempts)
        let visible = min(delay / 4, .seconds(1))
        guard await pause(visible) else { return false }
        container.wait("ImagePullBackOff", "Back-off pulling image \"\(name)\": ErrImagePull: \(reason)")
        publish()
        await event(.normal, "BackOff", "Back-off pulling image \"\(name)\"", container)
        await event(.warning, "Failed", "Error: ImagePullBackOff", container)
        return await pause(delay - visible)
    }

    // MARK: - Configuration

    private func configure(_ container: ContainerRuntime, _ image: LocalImage) async -> ProcessPlan? {
        while !isStopping {
            do throws(NodeError) {
                let variables = try ContainerEnvironment.resolve(container.spec, facts)
                let (table, root) = try mounts(of: container, variables: variables)
                container.mounts = table
                let plan = try ProcessPlanner.plan(
                    .init(
                        container: container.spec, image: image, facts: facts, mounts: table, root: root, variables: variables,
                        machineEnvironment: context.machine.environment, terminationMessagePath: terminationMessagePath(container)))
                container.execContext = Prober.ExecContext(
                    environment: plan.environment, workingDirectory: plan.workingDirectory, rewrite: table.rewrite)
                return plan
            } catch {
                if error.code == .cannotStart {
                    // The runtime would find out when it starts the process, and the container would have run and failed.
                    return ProcessPlan(executable: "", arguments: [error.message], environment: [:], workingDirectory: "/")
                }
                container.wait("CreateContainerConfigError", error.message)
                publish()
                await event(.warning, "Failed", "Error: \(error.message)", container)
            }
            guard await pause(context.configuration.configurationRetry) else { return nil }
        }
        return nil
    }

    private func terminationMessagePath(_ container: ContainerRuntime) -> String { "\(podDirectory)/termination/\(container.name)" }

    // MARK: - A run

    private func runOnce(_ container: ContainerRuntime, _ plan: ProcessPlan) async -> ContainerSnapshot.Termination {
        if case .terminated(let end) = container.snapshot.state { container.snapshot.lastTermination = end }
        let started: RunningProcess
        do throws(NodeError) {
            if plan.executable.isEmpty { throw NodeError(.cannotStart, plan.arguments.first ?? "") }
            try FileTree.makeDirectory("\(podDirectory)/termination")
            try FileTree.write([], to: terminationMessagePath(container), mode: 0o666)
            let log = try newLog(container)
            container.console = ContainerConsole()
            started = try await context.runner.start(
                plan, log: log, console: container.console, hasInput: container.spec["stdin"]?.bool ?? false,
                isTerminal: container.spec["tty"]?.bool ?? false)
        } catch {
            return await failedToStart(container, error)
        }
        container.process = started
        container.snapshot.containerID =
            "slipway://\(SHA256.hex(Array("\(uid)/\(container.name)/\(container.snapshot.restartCount)".utf8)))"
        context.usage.add(session: started.pid, memoryLimit: PodFacts.quantity(container.spec["resources", "limits", "memory"])?.units)
        let startedAt = context.now
        if isStopping { started.killNow() }
        container.snapshot.state = .running(since: startedAt)
        container.snapshot.isStarted = !container.has(.startup)
        container.snapshot.isReady = container.snapshot.isStarted && !container.has(.readiness) && container.kind != .ephemeral
        publish()
        await event(.normal, "Created", "Created container: \(container.name)", container)
        await event(.normal, "Started", "Started container \(container.name)", container)
        let name = container.name
        let health = Task { await self.attend(name, started) }
        let end = await started.end.value()
        health.cancel()
        let isOutOfMemory = context.usage.remove(session: started.pid)
        container.process = nil
        for guest in container.guests.values { guest.killNow() }
        if isOutOfMemory {
            // A kernel's own words come from the node problem detector, as an event of the node; here they are where people look.
            await event(.warning, "OOMKilling", "Container \(container.name) used more than its memory limit and was killed", container)
        }
        let termination = ContainerSnapshot.Termination(
            exitCode: isOutOfMemory ? 137 : end.exitCode,
            reason: isOutOfMemory ? "OOMKilled" : end.exitCode == 0 ? "Completed" : "Error",
            message: lastWords(container, failed: end.exitCode != 0), startedAt: startedAt, finishedAt: context.now,
            containerID: container.snapshot.containerID)
        finish(container, termination)
        return termination
    }

    private func failedToStart(_ container: ContainerRuntime, _ error: NodeError) async -> ContainerSnapshot.Termination {
        let message = "unable to start container process: \(error.message)"
        container.log?.finish()
        await event(.normal, "Created", "Created container: \(container.name)", container)
        await event(.warning, "Failed", "Error: \(message)", container)
        let now = context.now
        let termination = ContainerSnapshot.Termination(
            exitCode: 128, reason: "StartError", message: message, startedAt: Timestamp(seconds: 0), finishedAt: now,
            containerID: container.snapshot.containerID)
        finish(container, termination)
        return termination
    }

    private func finish(_ container: ContainerRuntime, _ termination: ContainerSnapshot.Termination) {
        container.snapshot.state = .terminated(termination)
        container.snapshot.isReady = container.isInit && termination.exitCode == 0
        container.snapshot.isStarted = false
        publish()
    }

    /// The log of the run before the current one is kept, older ones go.
    private func newLog(_ container: ContainerRuntime) throws(NodeError) -> ContainerLog {
        let directory = "\(logDirectory)/\(container.name)"
        try FileTree.makeDirectory(directory)
        if let old = container.previousLog {
            FileTree.remove(old.path.string)
            FileTree.remove(old.rotatedPath.string)
        }
        container.previousLog = container.log
        let log = try ContainerLog(
            path: FilePath("\(directory)/\(container.snapshot.restartCount).log"), limit: context.configuration.logBytes,
            now: context.store.environment.now)
        container.log = log
        return log
    }

    /// What the container wrote into its termination message, or when the Pod asks for that, the end of its log.
    private func lastWords(_ container: ContainerRuntime, failed: Bool) -> String? {
        let written = FileTree.read(terminationMessagePath(container), limit: NodeLimits.terminationMessageBytes) ?? []
        if !written.isEmpty { return String(decoding: written, as: UTF8.self) }
        guard failed, container.spec["terminationMessagePolicy"]?.string == "FallbackToLogsOnError", let log = container.log else {
            return nil
        }
        let lines = LogReader.lines(of: log).suffix(NodeLimits.terminationMessageLogLines)
        let text = lines.map { String(decoding: $0.text, as: UTF8.self) }.joined()
        return text.isEmpty ? nil : String(decoding: Array(text.utf8).suffix(NodeLimits.terminationMessageLogBytes), as: UTF8.self)
    }
}
