import Delivery
import Testing

/// Small complete values that the tests of this room start from.
enum Samples {
    static let now = Timestamp(milliseconds: 1_000_000)
    static let ann = Actor(name: "ann", source: .token)

    static func revision(_ name: String) -> Revision {
        Revision(id: String(repeating: name, count: 40), subject: "change \(name)", author: "ann", committedAt: Timestamp(milliseconds: 1))
    }

    static func candidate(_ name: String) -> Admission.Candidate {
        Admission.Candidate(revision: revision(name), bundle: "bundle-\(name)")
    }

    static func release(
        _ id: Int64 = 7, _ kind: Release.Kind = .deploy, brings name: String = "b", previous: String? = "a", isForced: Bool = false
    ) -> Release {
        Release(
            id: id, environment: "production", kind: kind, revision: revision(name), bundle: "bundle-\(name)",
            previousBundle: previous.map { "bundle-\($0)" }, previousRevision: previous.map(revision), requestedBy: .controller,
            reason: "merge", isForced: isForced, createdAt: now)
    }

    /// An Environment in which `verified` was proven by a Release.
    static func environment(verified name: String? = "a", by release: Int64 = 1) -> EnvironmentState {
        var state = EnvironmentState(name: "production")
        guard let name else { return state }
        state.verifiedBundle = "bundle-\(name)"
        state.verifiedRevision = revision(name)
        state.verifiedRelease = release
        state.verifiedAt = now
        state.version = 4
        return state
    }

    static func policy(
        soak: Duration = .seconds(30), automatic: Bool = true, watch: Duration = .seconds(300), steps: Int = 0, group: String? = nil
    ) -> EnvironmentPolicy {
        var policy = EnvironmentPolicy(name: "production", target: .init(namespace: "nova-prod"))
        policy.promotion.soak = soak
        policy.rollback.automatic = automatic
        policy.rollback.watch = watch
        policy.promotion.group = group
        if steps > 0 {
            policy.rollout.strategy = RolloutStrategy(
                kind: .canary, deployment: "web", service: "web", routing: .replicas,
                steps: (1...steps).map { .init(weight: $0 * 10, pause: .seconds(10)) })
        }
        return policy
    }

    static let zones = TimeZones.utcOnly
    static let hold = Hold(reason: "freeze", by: ann, since: now)
    static let failure = Failure(origin: .health, message: "pod crashes")

    /// One event of each kind; `Failed` and the transient ones in the forms that differ.
    static let events: [ReleaseEvent] = [
        .admitted, .blocked(.hold(reason: "freeze")),
        .blocked(.approval(planHash: "plan", missing: [.init(role: "release-manager", count: 1)])),
        .blocked(.window(opensAt: now + .seconds(60))), .blocked(.group(name: "shop", waitingFor: ["staging"])),

        .preflightPassed(planHash: "plan"), .applied, .healthy, .verificationPassed(), .waitElapsed, .stepPassed(), .pruned,
        .transientError(message: "no answer", retryAt: now + .seconds(5), isOutage: false),
        .transientError(message: "no route", retryAt: now + .seconds(5), isOutage: true), .failed(failure), .deadlinePassed,
        .superseded(by: 8), .cancelled(ann, reason: "not today"), .skipped(ann, reason: "known"), .retried(ann, reason: "fixed"),
    ]
}

/// What a test can drive a Release to: a phase with everything that belongs to it.
struct Standing: Sendable, CustomTestStringConvertible {
    var name: String
    var release: Release
    var environment = Samples.environment()

    var testDescription: String { name }

    init(_ name: String, _ kind: Release.Kind = .deploy, edit: (inout Standing) -> Void) {
        self.name = name
        release = Samples.release(7, kind)
        edit(&self)
    }

    private static func at(_ phase: ReleasePhase, _ kind: Release.Kind = .deploy, deadline: Bool = true) -> Standing {
        Standing("\(kind.rawValue) \(phase.rawValue)", kind) { standing in
            standing.release.phase = phase
            if deadline { standing.release.deadline = Samples.now + .seconds(60) }
        }
    }

    private static func rollingBack(_ step: RollbackStep) -> Standing {
        Standing("rollingBack.\(step.rawValue)") { standing in
            standing.release.phase = .rollingBack
            standing.release.rollbackStep = step
            standing.release.deadline = Samples.now + .seconds(60)
            standing.release.failure = Samples.failure
            standing.environment.hold = Samples.hold
        }
    }

    static let queued = at(.queued, deadline: false)
    static let blocked = Standing("deploy blocked") { standing in
        standing.release.phase = .blocked
        standing.release.blocker = .hold(reason: "earlier")
    }
    static let preflight = at(.preflight)
    static let stepping = Standing("deploy stepping") { standing in
        standing.release.phase = .stepping
        standing.release.step = 0
        standing.release.deadline = Samples.now + .seconds(60)
    }
    static let watchedStep = Standing("deploy stepping, watched") { standing in
        standing.release.phase = .stepping
        standing.release.step = 1
        standing.release.deadline = Samples.now + .seconds(60)
        standing.release.waitUntil = Samples.now + .seconds(10)
    }
    static let heldStep = Standing("deploy stepping, kept from the next step") { standing in
        standing.release.phase = .stepping
        standing.release.step = 0
        standing.release.waitUntil = Samples.now
        standing.release.blocker = .hold(reason: "look")
    }
    static let frozen = Standing("deploy blocked by the calendar") { standing in
        standing.release.phase = .blocked
        standing.release.blocker = .freeze(reason: "holidays", until: nil)
    }
    static let failedInPreflight = Standing("deploy failed in preflight") { standing in
        standing.release.phase = .failed
        standing.release.failedPhase = .preflight
    }
    static let failedInRollout = Standing("deploy failed, left") { standing in
        standing.release.phase = .failed
        standing.release.failedPhase = .rollingOut
    }
    static let failedBack = Standing("deploy rollbackFailed") { standing in
        standing.release.phase = .rollbackFailed
        standing.release.failedPhase = .rollingBack
        standing.release.failedStep = .verifying
    }
    static let failedRollback = Standing("rollback rollbackFailed", .rollback) { standing in
        standing.release.phase = .rollbackFailed
        standing.release.failedPhase = .applying
    }
    static let applying = at(.applying)
    static let rollingOut = at(.rollingOut)
    static let verifying = at(.verifying)
    static let soaking = Standing("deploy soaking") { standing in
        standing.release.phase = .soaking
        standing.release.waitUntil = Samples.now + .seconds(30)
    }
    static let pruning = at(.pruning)
    static let watched = Standing("deploy verified, watched") { standing in
        standing.release.phase = .verified
        standing.release.waitUntil = Samples.now + .seconds(300)
        standing.environment.verifiedBundle = standing.release.bundle
        standing.environment.verifiedRevision = standing.release.revision
        standing.environment.verifiedRelease = standing.release.id
    }
    static let verified = at(.verified, deadline: false)
    static let backApplying = rollingBack(.applying)
    static let backRollingOut = rollingBack(.rollingOut)
    static let backVerifying = rollingBack(.verifying)
    static let backPruning = rollingBack(.pruning)
    static let ended: [Standing] = [.rolledBack, .rollbackFailed, .failed, .superseded, .cancelled].map { at($0, deadline: false) }
    static let rollbackQueued = at(.queued, .rollback, deadline: false)
    static let rollbackPreflight = at(.preflight, .rollback)
    static let rollbackApplying = at(.applying, .rollback)
    static let rollbackRollingOut = at(.rollingOut, .rollback)
    static let rollbackVerifying = at(.verifying, .rollback)
    static let rollbackPruning = at(.pruning, .rollback)
}
