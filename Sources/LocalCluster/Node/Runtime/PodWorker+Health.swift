internal import Logging
internal import Manifests

/// Probes, hooks, and the end of a container.
extension PodWorker {
    /// Looks after a container for one run, until the task is cancelled at its end.
    func attend(_ name: String, _ process: RunningProcess) async {
        guard let container = container(named: name) else { return }
        if await !runPostStart(container, process) { return }
        if let startup = ProbePlan(.startup, of: container.spec, podIP: address) {
            guard await watch(startup, container, process) else { return }
        }
        guard isCurrent(container, process) else { return }
        container.snapshot.isStarted = true
        // Ephemeral containers are never ready: their Pod does not wait for them.
        if !container.has(.readiness), container.kind != .ephemeral { container.snapshot.isReady = true }
        publish()
        await withDiscardingTaskGroup { group in
            for kind in [ProbePlan.Kind.readiness, .liveness] {
                group.addTask { await self.keepAsking(kind, name, process) }
            }
        }
    }

    private func keepAsking(_ kind: ProbePlan.Kind, _ name: String, _ process: RunningProcess) async {
        guard let container = container(named: name), let plan = ProbePlan(kind, of: container.spec, podIP: address) else { return }
        _ = await watch(plan, container, process)
    }

    private func isCurrent(_ container: ContainerRuntime, _ process: RunningProcess) -> Bool {
        !Task.isCancelled && container.process?.pid == process.pid && process.end.current == nil
    }

    /// - Returns: true when a startup probe has passed; false when the container ended or is being ended.
    private func watch(_ plan: ProbePlan, _ container: ContainerRuntime, _ process: RunningProcess) async -> Bool {
        guard let exec = container.execContext, await sleep(plan.initialDelay) else { return false }
        var tracker = ProbeTracker(successThreshold: plan.successThreshold, failureThreshold: plan.failureThreshold)
        var due = ContinuousClock.now
        while isCurrent(container, process) {
            let counts = ContinuousClock.now >= due
            let answer = await context.prober.ask(plan.action, timeout: plan.timeout, exec)
            guard isCurrent(container, process) else { return false }
            if counts { due = max(due + plan.period, ContinuousClock.now) }
            if counts && !answer.isSuccess && !isStopping {
                await event(.warning, "Unhealthy", "\(plan.kind.rawValue) probe failed: \(answer.message)", container)
            }
            if counts || answer.isSuccess, let verdict = tracker.record(answer.isSuccess) {
                if await apply(verdict, plan, container, process) { return verdict }
            }
            let next = due - ContinuousClock.now
            var wait = max(next, .milliseconds(1))
            if let eager = context.configuration.eagerProbeInterval, plan.kind != .liveness, tracker.verdict == nil {
                wait = min(wait, eager)
            }
            guard await sleep(wait) else { return false }
        }
        return false
    }

    /// - Returns: whether the probe is done with.
    private func apply(_ verdict: Bool, _ plan: ProbePlan, _ container: ContainerRuntime, _ process: RunningProcess) async -> Bool {
        switch (plan.kind, verdict) {
        case (.startup, true):
            return true
        case (.liveness, true):
            return false
        case (.readiness, _):
            container.snapshot.isReady = verdict
            publish()
            return false
        case (.startup, false), (.liveness, false):
            if isStopping { return true }
            await event(
                .normal, "Killing", "Container \(container.name) failed \(plan.kind.rawValue.lowercased()) probe, will be restarted",
                container)
            let seconds = plan.terminationGraceSeconds ?? graceSeconds
            // Not a child of this task, which ends together with the process.
            Task { await self.end(container.name, process, within: .seconds(seconds), preStop: true) }
            return true
        }
    }

    /// Unlike `pause`, goes on while the Pod is being stopped: readiness is still asked for then.
    private func sleep(_ duration: Duration) async -> Bool {
        if duration <= .zero { return !Task.isCancelled }
        do { try await Task.sleep(for: duration) } catch { return false }
        return true
    }

    private var graceSeconds: Int64 { max(1, pod["spec", "terminationGracePeriodSeconds"]?.integer ?? 30) }

    // MARK: - Hooks

    private func runPostStart(_ container: ContainerRuntime, _ process: RunningProcess) async -> Bool {
        guard let hook = container.spec["lifecycle"]?["postStart"], !hook.isNull else { return true }
        if let message = await run(hook: hook, container, limit: NodeLimits.hookTimeout) {
            guard isCurrent(container, process) else { return false }
            await event(.warning, "FailedPostStartHook", "PostStartHook failed: \(message)", container)
            await event(.normal, "Killing", "FailedPostStartHook", container)
            Task { await self.end(container.name, process, within: .seconds(self.graceSeconds), preStop: false) }
            return false
        }
        return true
    }

    /// - Returns: what went wrong.
    private func run(hook: Value, _ container: ContainerRuntime, limit: Duration) async -> String? {
        if let seconds = hook["sleep"]?["seconds"]?.integer {
            _ = await sleep(min(.seconds(max(0, seconds)), limit))
            return nil
        }
        guard let exec = container.execContext else { return nil }
        let answer = await context.prober.ask(ProbePlan.action(hook, container.spec, address), timeout: limit, exec)
        return answer.isSuccess ? nil : answer.message
    }

    // MARK: - The end

    func stopContainer(named name: String, _ process: RunningProcess, isWholePod: Bool) async {
        guard let container = container(named: name) else { return }
        await event(.normal, "Killing", "Stopping container \(name)", container)
        await end(name, process, within: nil, preStop: true)
    }

    /// The preStop hook, SIGTERM, and when the time is over SIGKILL to the whole group. The hook's time is part of the grace period.
    /// - Parameter grace: `nil` for the time that the Pod was given when it was told to stop.
    private func end(_ name: String, _ process: RunningProcess, within grace: Duration?, preStop: Bool) async {
        guard let container = container(named: name), process.end.current == nil else { return }
        let own = grace.map { ContinuousClock.now + $0 }
        if preStop, let hook = container.spec["lifecycle"]?["preStop"], !hook.isNull {
            let left = remaining(own)
            if left > .zero, let message = await run(hook: hook, container, limit: left) {
                await event(.warning, "FailedPreStopHook", "PreStopHook failed: \(message)", container)
            }
        }
        process.terminate()
        while remaining(own) > .zero {
            // In short steps, because a second deletion may bring the deadline forward.
            if await process.end.value(within: min(remaining(own), .milliseconds(250))) != nil { return }
            if Task.isCancelled { break }
        }
        process.killNow()
        if await process.end.value(within: NodeLimits.killTimeout) == nil, !Task.isCancelled {
            context.logger.error("a process does not end after SIGKILL", metadata: ["pod": "\(key)", "process": "\(process.pid)"])
        }
    }

    private func remaining(_ own: ContinuousClock.Instant?) -> Duration {
        let deadlines = [own, stopDeadline].compactMap { $0 }
        guard let deadline = deadlines.min() else { return .zero }
        return deadline - ContinuousClock.now
    }
}
