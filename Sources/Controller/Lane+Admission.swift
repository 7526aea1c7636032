internal import Delivery
internal import Journal

/// What stands in the way of a Release, asked before its dry run, with its plan in hand before the first write, and before each further step.
extension Lane {
    func admission(of release: Release, at site: WorkSite) async throws -> WorkOutcome {
        guard let blocker = try await blocker(of: release, at: site) else { return .happened(.admitted) }
        note.say(blocker.explanation)
        return release.blocker == blocker ? .notYet(Limits.idlePoll) : .happened(.blocked(blocker))
    }

    private func blocker(of release: Release, at site: WorkSite) async throws -> Blocker? {
        let now = self.now()
        if let stop = stop(before: release, at: site) { return stop }
        switch release.blocker {
        case .approval(let planHash, _)?:
            let approvals = try await context.journal.approvals(release: release.id)
            let policy = try await context.policy(site.policy, for: release)
            return Admission.blocker(of: release, planHash: planHash, policy: policy, approvals: approvals, at: now)
        case .group?: return try await groupBlocker(of: release, at: site)
        case .hold, .freeze, .window, .unknownTimeZone, nil: return nil
        }
    }

    /// What people and the calendar say at this moment.
    func stop(before release: Release, at site: WorkSite) -> Blocker? {
        Admission.blocker(of: release, in: site.environment, policy: site.policy, at: now(), zones: context.zones)
    }

    /// A dry run and Gates take their time: what people have set meanwhile counts.
    func asItIsNow(_ site: WorkSite) async throws -> WorkSite {
        var site = site
        if let environment = try await context.journal.environment(name) { site.environment = environment }
        return site
    }

    /// A step has proven itself. While anything stands in the way of the next, it goes on being watched.
    func passStep(of release: Release, evidence: String, at site: WorkSite, now: Delivery.Timestamp) async throws -> Duration {
        let site = try await asItIsNow(site)
        guard let stop = stop(before: release, at: site) else {
            return try await store(.stepPassed(evidence: evidence), of: release, at: site, now: now)
        }
        note.say(stop.explanation)
        if release.blocker == stop { return Limits.watchPoll }
        return try await store(.blocked(stop), of: release, at: site, now: now)
    }

    /// The dry run has passed: the plan is what is approved, and the clock and the group are asked once more.
    func beforeFirstWrite(_ release: Release, planHash: String, at site: WorkSite) async throws -> ReleaseEvent {
        let now = self.now()
        let approvals = try await context.journal.approvals(release: release.id)
        let policy = try await context.policy(site.policy, for: release)
        let standing =
            Admission.blocker(of: release, planHash: planHash, policy: policy, approvals: approvals, at: now)
            ?? stop(before: release, at: site)
        if let standing { return .blocked(standing) }
        if release.kind == .deploy, !release.isForced,
            let quarantine = try await context.journal.quarantine(environment: name, bundle: release.bundle), !quarantine.isOver(at: now)
        {
            return .failed(Failure(origin: .preflight, message: "its bundle was quarantined meanwhile: \(quarantine.reason)"))
        }
        return try await groupBlocker(of: release, at: site).map { .blocked($0) } ?? .preflightPassed(planHash: planHash)
    }

    // MARK: Groups

    /// Ends what a failed member of its group takes with it.
    func withGroup(_ release: Release?, besides waiting: Release? = nil, at site: WorkSite) async throws -> Duration? {
        guard let release, isInGroup(release), site.policy.promotion.group != nil, release.phase != .rollingBack else { return nil }
        let peers = try await context.peers(of: site.policy, for: release.revision)
        guard case .fails(let failure) = ReleaseGroup.standing(of: release, isProven: true, among: peers) else { return nil }
        return try await store(.failed(failure), of: release, besides: waiting, at: site, now: now())
    }

    /// What a person forces into one Environment is not held up by the others, and takes none with it.
    private func isInGroup(_ release: Release) -> Bool { release.kind == .deploy && !release.isForced }

    private func groupBlocker(of release: Release, at site: WorkSite) async throws -> Blocker? {
        guard let group = site.policy.promotion.group, isInGroup(release) else { return nil }
        let peers = try await context.peers(of: site.policy, for: release.revision)
        guard case .waits(let others) = ReleaseGroup.standing(of: release, isProven: false, among: peers) else { return nil }
        return .group(name: group, waitingFor: others)
    }

    /// In words; `nil` when all are proven.
    func waitsForGroup(_ release: Release, isProven: Bool, at site: WorkSite) async throws -> String? {
        guard let group = site.policy.promotion.group, isInGroup(release) else { return nil }
        let peers = try await context.peers(of: site.policy, for: release.revision)
        guard case .waits(let others) = ReleaseGroup.standing(of: release, isProven: isProven, among: peers) else { return nil }
        return Blocker.group(name: group, waitingFor: others).explanation
    }
}
