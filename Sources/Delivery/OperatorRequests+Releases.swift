/// What people do to a Release that waits or has failed.
extension OperatorRequests {
    /// Lets a failed Release go on where it failed. What stopped the Environment for its sake is lifted with it.
    ///
    /// - Parameters:
    ///   - release: the last of its Environment.
    ///   - quarantine: of its Bundle.
    package static func retry(
        _ release: Release?, in environment: EnvironmentState, quarantine: Quarantine?, policy: EnvironmentPolicy, zones: TimeZones,
        by actor: Actor, reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard let release, let next = release.retryPhase else {
            throw RequestRefused(
                .notPossible,
                "nothing in \(environment.name) has failed that could be tried again\(release.map { ": release \($0.id) is \($0.phase.rawValue)" } ?? ""). Look: slipway history \(environment.name)"
            )
        }
        var change: StateChange
        do throws(IllegalTransition) {
            change = try release.after(.retried(actor, reason: reason), in: environment, policy: policy, at: now)
        } catch {
            throw RequestRefused(.notPossible, error.description)
        }
        if next == .rollingBack || release.kind == .rollback {
            // Somebody may have lifted the Hold meanwhile; on the way back nothing moves forward.
            guard environment.hold == nil else { return change }
            return change + hold(environment, by: actor, reason: "goes back, retried: \(reason)", at: now)
        }
        if let quarantine, quarantine.release != release.id, !quarantine.isOver(at: now) {
            throw RequestRefused(
                .held,
                "\(quarantine.revision.short) is quarantined in \(environment.name): \(quarantine.reason). Lift it first: slipway quarantine \(environment.name) \(quarantine.revision.short) --lift --reason WHY"
            )
        }
        if let quarantine, quarantine.release == release.id {
            change = change + lift(quarantine, in: environment, by: actor, reason: "retry: \(reason)", at: now)
        }
        var state = environment
        if environment.hold?.release == release.id { state.hold = nil }
        if next != .queued, let blocker = Admission.blocker(of: release, in: state, policy: policy, at: now, zones: zones) {
            throw RequestRefused(
                .held, "release \(release.id) would go on in \(next.rawValue), and \(environment.name) \(blocker.explanation)")
        }
        change = change.given(environment)
        if state != environment {
            state.version += 1
            change.environments = [state]
            change.audit.append(
                AuditDraft(
                    at: now, actor: actor, action: "hold.lifted", environment: state.name, release: release.id, reason: "retry: \(reason)"))
        }
        return change
    }

    /// Passes over what a Release waits for or is asked: a window, a freeze, a step, its verification, its soak.
    package static func skip(
        _ release: Release?, in environment: EnvironmentState, policy: EnvironmentPolicy, zones: TimeZones, by actor: Actor,
        reason: String, at now: Timestamp
    ) throws(RequestRefused) -> StateChange {
        guard !reason.isEmpty else { throw RequestRefused(.notPossible, "say why: it is audited. Say it with --reason") }
        guard var release else {
            throw RequestRefused(.notPossible, "nothing runs or waits in \(environment.name). Look: slipway status \(environment.name)")
        }
        // A window may have closed while the step was watched.
        if release.phase == .stepping {
            release.blocker = Admission.blocker(of: release, in: environment, policy: policy, at: now, zones: zones)
        }
        do throws(IllegalTransition) {
            return try release.after(.skipped(actor, reason: reason), in: environment, policy: policy, at: now)
        } catch {
            throw RequestRefused(.notPossible, "release \(release.id) in \(environment.name) \(whyNotSkipped(release, in: environment))")
        }
    }

    private static func whyNotSkipped(_ release: Release, in environment: EnvironmentState) -> String {
        switch release.phase == .stepping ? Admission.blocker(of: release, in: environment) : release.blocker {
        case .approval: "waits for approvals, which nobody passes over: slipway approve \(release.environment)"
        case .hold: "waits for the hold to be lifted: slipway resume \(release.environment)"
        case .group: "waits for its group, which nobody passes over. Look: slipway status"
        case .freeze, .window, .unknownTimeZone, nil:
            "is \(release.phase.rawValue): only windows, freezes, steps, verification and the soak can be passed over"
        }
    }
}
