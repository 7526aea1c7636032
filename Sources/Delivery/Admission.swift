/// Decides what should happen next in an Environment. Pure; the lane calls it whenever something changed.
package enum Admission {
    /// A Revision that could come to an Environment, and what it renders to there.
    package struct Candidate: Sendable, Hashable {
        package var revision: Revision
        package var bundle: String

        package init(revision: Revision, bundle: String) {
            self.revision = revision
            self.bundle = bundle
        }
    }

    package enum Decision: Sendable, Hashable {
        /// Nothing to do; why, for `status`.
        case nothing(reason: String)
        /// A new Release of the candidate is due, in place of the waiting one if there is one.
        case release(superseding: Int64?)
        /// The candidate renders to what is proven here already: only the Revision moves on.
        case advance
        /// The Release that waits is no longer wanted: the newest Revision renders to what is proven here already.
        case withdraw
    }

    package static func decide(
        candidate: Candidate?, environment: EnvironmentState, active: Release?, last: Release?, quarantine: Quarantine?,
        promotion: EnvironmentPolicy.Promotion = .init()
    ) -> Decision {
        guard let candidate else { return .nothing(reason: "no revision has come this far yet") }
        if let active {
            if active.bundle == candidate.bundle && active.revision.id == candidate.revision.id {
                return .nothing(reason: "its release is running")
            }
            // What a person asked for waits its turn; only what the controller made gives way to something newer.
            guard givesWay(active, promotion) else { return .nothing(reason: "waits for release \(active.id) to end") }
            // What has begun to change the cluster is not called off: the verified Bundle is put over it.
            if candidate.bundle == environment.verifiedBundle, !active.phase.mayHaveWritten { return .withdraw }
            if let quarantine { return .nothing(reason: explain(quarantine)) }
            return .release(superseding: active.id)
        }
        if candidate.bundle == environment.verifiedBundle {
            return candidate.revision.id == environment.verifiedRevision?.id ? .nothing(reason: "up to date") : .advance
        }
        if let quarantine { return .nothing(reason: explain(quarantine)) }
        if let last, last.bundle == candidate.bundle, last.revision.id == candidate.revision.id {
            switch last.phase {
            case .failed, .cancelled:
                return .nothing(
                    reason: "release \(last.id) of it ended as \(last.phase.rawValue); to try again: slipway deploy \(environment.name)")
            case .rolledBack, .rollbackFailed, .superseded, .verified, .queued, .blocked, .preflight, .stepping, .applying, .rollingOut,
                .verifying, .soaking, .pruning, .rollingBack:
                break
            }
        }
        return .release(superseding: nil)
    }

    /// Whether something newer may take its place.
    private static func givesWay(_ active: Release, _ promotion: EnvironmentPolicy.Promotion) -> Bool {
        guard active.kind == .deploy, active.requestedBy == .controller else { return false }
        switch active.phase {
        // The others of its group may have begun, counting on it.
        case .queued, .blocked: return promotion.order == .newest && !active.isReadyForGroup
        case .preflight, .stepping, .applying, .rollingOut, .verifying, .soaking:
            return promotion.supersede == .running && promotion.group == nil
        case .pruning, .verified, .rollingBack, .rolledBack, .rollbackFailed, .failed, .superseded, .cancelled: return false
        }
    }

    private static func explain(_ quarantine: Quarantine) -> String {
        "\(quarantine.revision.short) renders to a quarantined bundle (release \(quarantine.release): \(quarantine.reason)); push a fix, or: slipway deploy \(quarantine.environment) --force --reason WHY"
    }

    /// What stands in the way of a queued or blocked Release before its preflight.
    package static func blocker(of release: Release, in environment: EnvironmentState) -> Blocker? {
        guard release.kind == .deploy, !release.isForced else { return nil }
        if let hold = environment.hold { return .hold(reason: hold.reason) }
        if let freeze = environment.freeze, !release.passesCalendar { return .freeze(reason: freeze.reason, until: freeze.until) }
        return nil
    }

    /// The same with what the calendar of its policy says at this moment. Asked again right before the first write.
    package static func blocker(
        of release: Release, in environment: EnvironmentState, policy: EnvironmentPolicy, at now: Timestamp, zones: TimeZones
    ) -> Blocker? {
        if let blocker = blocker(of: release, in: environment) { return blocker }
        guard release.kind == .deploy, !release.isForced, !release.passesCalendar else { return nil }
        return policy.promotion.calendar.blocker(at: now, zones: zones)
    }

    /// What stands in the way after the preflight, when the plan is known.
    package static func blocker(
        of release: Release, planHash: String, policy: EnvironmentPolicy, approvals: [Approval], at now: Timestamp
    ) -> Blocker? {
        guard release.kind == .deploy, let asked = policy.promotion.approvals else { return nil }
        let valid = approvals.filter { approval in
            approval.release == release.id && approval.planHash == planHash && !(asked.expireAfter.map { approval.at + $0 <= now } ?? false)
        }
        let missing = asked.missing(given: valid)
        return missing.isEmpty ? nil : .approval(planHash: planHash, missing: missing)
    }
}
