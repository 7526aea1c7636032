import Delivery
import Testing

/// Every event in every standing: what is written here happens, and what is not written here is refused by name.
@Suite struct TransitionTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var from: Standing
        var to: [String: ReleasePhase]
        var testDescription: String { from.name }
    }

    private static let ends: [String: ReleasePhase] = ["superseded": .superseded, "cancelled": .cancelled]

    private static func row(_ from: Standing, _ to: [String: ReleasePhase]) -> Row {
        Row(from: from, to: to.merging(from.release.phase.isActive ? ends : [:]) { own, _ in own })
    }

    static let table: [Row] =
        [
            row(.queued, ["admitted": .preflight, "blocked": .blocked, "failed": .failed, "transientError": .queued]),
            row(.blocked, ["admitted": .preflight, "blocked": .blocked, "failed": .failed, "transientError": .blocked]),
            row(
                .frozen,
                [
                    "admitted": .preflight, "blocked": .blocked, "failed": .failed, "transientError": .blocked, "skipped": .queued,
                ]),
            row(
                .stepping,
                [
                    "healthy": .stepping, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .stepping,
                    "skipped": .applying,
                ]),
            row(
                .watchedStep,
                [
                    "stepPassed": .applying, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .stepping,
                    "skipped": .applying, "blocked": .stepping,
                ]),
            row(
                .heldStep,
                [
                    "stepPassed": .applying, "failed": .rollingBack, "transientError": .stepping, "skipped": .applying,
                    "blocked": .stepping, "admitted": .stepping,
                ]),
            row(
                .preflight,
                [
                    "preflightPassed": .applying, "blocked": .blocked, "failed": .failed, "deadlinePassed": .failed,
                    "transientError": .preflight,
                ]),
            row(
                .applying,
                ["applied": .rollingOut, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .applying]),
            row(
                .rollingOut,
                ["healthy": .verifying, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .rollingOut]),
            row(
                .verifying,
                [
                    "verificationPassed": .soaking, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .verifying,
                    "skipped": .soaking,
                ]),
            row(.soaking, ["waitElapsed": .pruning, "failed": .rollingBack, "transientError": .soaking, "skipped": .pruning]),
            row(.pruning, ["pruned": .verified, "failed": .rollingBack, "deadlinePassed": .rollingBack, "transientError": .pruning]),
            row(.watched, ["waitElapsed": .verified, "failed": .rollingBack, "transientError": .verified]),
            row(.verified, [:]),
            row(
                .backApplying,
                ["applied": .rollingBack, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .rollingBack]),
            row(
                .backRollingOut,
                ["healthy": .rollingBack, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .rollingBack]),
            row(
                .backVerifying,
                [
                    "verificationPassed": .rollingBack, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed,
                    "transientError": .rollingBack, "skipped": .rollingBack,
                ]),
            row(
                .backPruning,
                ["pruned": .rolledBack, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .rollingBack]),
            row(.rollbackQueued, ["admitted": .preflight, "blocked": .blocked, "failed": .rollbackFailed, "transientError": .queued]),
            row(
                .rollbackPreflight,
                [
                    "preflightPassed": .applying, "blocked": .blocked, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed,
                    "transientError": .preflight,
                ]),
            row(
                .rollbackApplying,
                ["applied": .rollingOut, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .applying]),
            row(
                .rollbackRollingOut,
                ["healthy": .verifying, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .rollingOut]),
            // A rollback does not soak: people wait for it.
            row(
                .rollbackVerifying,
                [
                    "verificationPassed": .pruning, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed,
                    "transientError": .verifying, "skipped": .pruning,
                ]),
            row(
                .rollbackPruning,
                ["pruned": .verified, "failed": .rollbackFailed, "deadlinePassed": .rollbackFailed, "transientError": .pruning]),
            row(.failedInPreflight, ["retried": .queued]),
            row(.failedInRollout, ["retried": .rollingOut]),
            row(.failedBack, ["retried": .rollingBack]),
            row(.failedRollback, ["retried": .applying]),
        ] + Standing.ended.map { row($0, [:]) }

    @Test(arguments: table)
    func everyEventDoesWhatTheTableSays(_ row: Row) throws {
        for event in Samples.events {
            let result = Result { () throws(IllegalTransition) in
                try row.from.release.after(event, in: row.from.environment, policy: Samples.policy(), at: Samples.now)
            }
            switch (result, row.to[event.name]) {
            case (.success(let change), let expected?):
                let next = try #require(change.releases.first ?? (change.isEmpty ? row.from.release : nil))
                #expect(next.phase == expected, "\(row.from.name) after \(event.name)")
                #expect(next.version == row.from.release.version + (change.isEmpty ? 0 : 1), "\(row.from.name) after \(event.name)")
            case (.failure(let error), nil):
                #expect(error.release == 7 && error.phase == row.from.release.phase && error.event == event.name)
                #expect(error.description.contains(event.name) && error.description.contains(row.from.release.phase.rawValue))
            case (.success(let change), nil):
                Issue.record("\(row.from.name) took \(event.name) and went to \(change.releases.map(\.phase))")
            case (.failure(let error), _?):
                Issue.record("\(error)")
            }
        }
    }

    @Test func theTableKnowsEveryPhaseStepAndEvent() {
        #expect(Set(Self.table.map(\.from.release.phase)) == Set(ReleasePhase.allCases))
        #expect(Set(Self.table.compactMap(\.from.release.rollbackStep)) == Set(RollbackStep.allCases))
        #expect(Set(Samples.events.map(\.name)).count == 16)
    }

    @Test func aRolloutGoesStepByStepToTheWhole() throws {
        let policy = Samples.policy(steps: 2)
        var release = Standing.preflight.release
        for (event, phase, step, isWatched) in [
            (.preflightPassed(planHash: "plan"), .stepping, 0, false), (.healthy, .stepping, 0, true), (.stepPassed(), .stepping, 1, false),
            (.healthy, .stepping, 1, true), (.stepPassed(), .applying, 1, false),
        ] as [(ReleaseEvent, ReleasePhase, Int, Bool)] {
            let change = try release.after(event, in: Samples.environment(), policy: policy, at: Samples.now)
            release = try #require(change.releases.first)
            #expect(release.phase == phase && release.step == step && (release.waitUntil != nil) == isWatched, "\(event.name)")
            #expect(!change.audit.isEmpty)
        }
        // What nothing was proven before has nothing to share the traffic with.
        let first = Standing.preflight.release
        let change = try first.after(
            .preflightPassed(planHash: "plan"), in: Samples.environment(verified: nil), policy: policy, at: Samples.now)
        #expect(change.releases.first?.phase == .applying)
    }

    @Test func aHoldKeepsAReleaseFromItsNextStepAndStopsItsClock() throws {
        var held = Samples.environment()
        held.hold = Samples.hold
        let policy = Samples.policy(steps: 2)
        var release = Standing.watchedStep.release
        release.step = 0
        release.retryAt = Samples.now
        let passed = ReleaseEvent.stepPassed(evidence: "metric errors 0.1 %")
        let stopped = try release.after(passed, in: held, policy: policy, at: Samples.now)
        let waiting = try #require(stopped.releases.first)
        #expect(waiting.phase == .stepping && waiting.step == 0 && waiting.waitUntil == release.waitUntil)
        #expect(waiting.blocker == .hold(reason: "freeze") && waiting.deadline == nil && waiting.retryAt == nil)
        #expect(stopped.audit.map(\.action) == ["release.gates", "release.blocked"])
        #expect(stopped.audit.last?.outcome == "step 1 of 2, 10 % of the traffic, waits: the environment is held (freeze)")
        // However often it is looked at meanwhile.
        #expect(try waiting.after(passed, in: held, policy: policy, at: Samples.now).isEmpty)
        // It is watched meanwhile.
        #expect(
            try waiting.after(.failed(Samples.failure), in: held, policy: policy, at: Samples.now).releases.first?.phase == .rollingBack)

        let later = Samples.now + .seconds(3600)
        let resumed = try #require(try waiting.after(.admitted, in: Samples.environment(), policy: policy, at: later).releases.first)
        #expect(resumed.blocker == nil && resumed.phase == .stepping && resumed.step == 0)
        #expect(resumed.deadline == later + policy.verification.deadline)
        let next = try resumed.after(passed, in: Samples.environment(), policy: policy, at: later)
        #expect(next.releases.first?.step == 1 && next.given == [Samples.environment()])
        // Who forces a Release means it.
        release.isForced = true
        #expect(try release.after(passed, in: held, policy: policy, at: Samples.now).releases.first?.step == 1)
    }

    @Test func aHoldBetweenTwoStepsIsNotPassedOverAndTheCalendarIs() throws {
        func skip(_ release: Release, _ state: EnvironmentState) throws -> StateChange {
            try OperatorRequests.skip(
                release, in: state, policy: Samples.policy(steps: 2), zones: Samples.zones, by: Samples.ann, reason: "hotfix",
                at: Samples.now)
        }
        var held = Samples.environment()
        held.hold = Samples.hold
        for standing in [Standing.heldStep, .watchedStep, .stepping] {
            let refused = try #require(#expect(throws: RequestRefused.self) { try skip(standing.release, held) })
            #expect(refused.message.contains("slipway resume production"), "\(standing)")
        }
        // Lifted a moment ago.
        #expect(try skip(Standing.heldStep.release, Samples.environment()).releases.first?.step == 1)
        var frozen = Samples.environment()
        frozen.freeze = Freeze(reason: "sale", by: Samples.ann, since: Samples.now)
        let passing = try skip(Standing.heldStep.release, frozen)
        let release = try #require(passing.releases.first)
        #expect(release.passesCalendar && release.blocker == nil && release.step == 0 && release.deadline != nil)
        #expect(passing.audit.map(\.action) == ["release.skipped", "release.step.resumed"])
        #expect(passing.audit.first?.outcome.contains("frozen (sale)") == true)
        #expect(try skip(release, frozen).releases.first?.step == 1)
    }

    @Test func whatIsBannedMeanwhileIsNoWayBack() throws {
        let change = try Standing.rollingOut.release.after(
            .failed(Samples.failure), in: Samples.environment(), policy: Samples.policy(), isWayBackBanned: true, at: Samples.now)
        #expect(change.releases.first?.phase == .failed && change.environments.first?.hold != nil)
        let notice = try #require(change.notices.first)
        #expect(notice.severity == .page && notice.text.contains("slipway rollback production --to REVISION"), "\(notice.text)")
    }

    @Test func aNewerPolicyMovesNothingAndLeavesTheWayBackItsTime() throws {
        let proven = Samples.policy()
        var newest = Samples.policy()
        newest.target.namespace = "elsewhere"
        newest.rollout.deadline = .seconds(1)
        newest.verification.deadline = .seconds(1)
        newest.stay(where: proven)
        #expect(newest.target.namespace == "nova-prod" && newest.wantedTarget?.namespace == "elsewhere")
        let failed = try Standing.rollingOut.release.after(
            .failed(Samples.failure), in: Samples.environment(), policy: newest, at: Samples.now)
        let back = try #require(failed.releases.first)
        #expect(back.deadline == Samples.now + proven.rollout.deadline)
        var environment = Samples.environment()
        environment.hold = Samples.hold
        let verifying = try Standing.backRollingOut.release.after(.healthy, in: environment, policy: newest, at: Samples.now)
        #expect(verifying.releases.first?.deadline == Samples.now + proven.verification.deadline)
        let byHand = try Standing.rollbackQueued.release.after(.admitted, in: environment, policy: newest, at: Samples.now)
        #expect(byHand.releases.first?.deadline == Samples.now + proven.rollout.deadline)
        // What goes forward goes by its own.
        let forward = try Standing.queued.release.after(.admitted, in: Samples.environment(), policy: newest, at: Samples.now)
        #expect(forward.releases.first?.deadline == Samples.now + .seconds(1))
        // The same place is none that is wanted.
        var longer = proven
        longer.rollout.deadline = proven.rollout.deadline * 2
        longer.stay(where: proven)
        #expect(longer.wantedTarget == nil)
    }

    @Test func aRetryGoesOnWhereItFailedAndWithItsProof() throws {
        let failed = try Standing.rollingOut.release.after(
            .failed(Samples.failure), in: Samples.environment(), policy: Samples.policy(automatic: false), at: Samples.now)
        let release = try #require(failed.releases.first)
        let state = try #require(failed.environments.first)
        let quarantine = try #require(failed.quarantines.first)
        let change = try OperatorRequests.retry(
            release, in: state, quarantine: quarantine, policy: Samples.policy(), zones: Samples.zones, by: Samples.ann,
            reason: "node is back", at: Samples.now)
        #expect(change.releases.first?.phase == .rollingOut && change.releases.first?.failure == nil)
        #expect(change.environments.first?.hold == nil && change.liftedQuarantines.map(\.bundle) == ["bundle-b"])
        #expect(change.audit.map(\.action) == ["release.retried", "quarantine.lifted", "hold.lifted"])
        #expect(change.audit.allSatisfy { $0.actor == Samples.ann })
    }

    @Test func whatIsPassedOverIsNamedAndNoApprovalIs() throws {
        let skipped = try OperatorRequests.skip(
            Standing.frozen.release, in: Samples.environment(), policy: Samples.policy(), zones: Samples.zones, by: Samples.ann,
            reason: "hotfix",
            at: Samples.now)
        #expect(skipped.releases.first?.passesCalendar == true && skipped.audit.first?.outcome.contains("holidays") == true)
        var waiting = Standing.blocked.release
        waiting.blocker = .approval(planHash: "plan", missing: [.init(role: "release-manager", count: 1)])
        let refused = try #require(
            #expect(throws: RequestRefused.self) {
                try OperatorRequests.skip(
                    waiting, in: Samples.environment(), policy: Samples.policy(), zones: Samples.zones, by: Samples.ann, reason: "x",
                    at: Samples.now)
            })
        #expect(refused.message.contains("slipway approve production"))
    }

    @Test func theWayBackGoesStepByStep() throws {
        let steps: [(Standing, ReleaseEvent, RollbackStep)] = [
            (.backApplying, .applied, .rollingOut), (.backRollingOut, .healthy, .verifying),
            (.backVerifying, .verificationPassed(), .pruning),
        ]
        for (from, event, expected) in steps {
            let change = try from.release.after(event, in: from.environment, policy: Samples.policy(), at: Samples.now)
            #expect(change.releases.first?.rollbackStep == expected)
            #expect(change.releases.first?.deadline != nil)
        }
    }

    @Test func withoutSoakVerificationLeadsToPruning() throws {
        let change = try Standing.verifying.release.after(
            .verificationPassed(), in: Samples.environment(), policy: Samples.policy(soak: .zero), at: Samples.now)
        #expect(change.releases.first?.phase == .pruning)
    }

    @Test(arguments: [true, false])
    func withNothingToGoBackToOrWithoutAutomaticRollbackAFailureEnds(_ automatic: Bool) throws {
        var release = Standing.rollingOut.release
        if automatic {
            release.previousBundle = nil
            release.previousRevision = nil
        }
        let change = try release.after(
            .failed(Samples.failure), in: Samples.environment(), policy: Samples.policy(automatic: automatic), at: Samples.now)
        #expect(change.releases.first?.phase == .failed)
        #expect(change.releases.first?.finishedAt == Samples.now)
        #expect(change.environments.first?.hold != nil)
        #expect(change.quarantines.map(\.bundle) == ["bundle-b"])
        #expect(change.notices.first?.severity == .page)
    }

    @Test func withoutAWatchSuccessIsFinal() throws {
        let change = try Standing.pruning.release.after(
            .pruned, in: Samples.environment(), policy: Samples.policy(watch: .zero), at: Samples.now)
        let release = try #require(change.releases.first)
        #expect(release.phase == .verified && release.waitUntil == nil && release.work == nil)
    }

    /// Whoever was told that it begins is told how it ends; of what never began nobody is told.
    @Test func itIsToldWhenAReleaseBeginsAndWhenItEndsBefore() throws {
        func told(_ release: Release, _ event: ReleaseEvent) throws -> [Notice.Event] {
            try release.after(event, in: Samples.environment(), policy: Samples.policy(), at: Samples.now).notices.map(\.event)
        }
        let queued = Samples.release()
        #expect(try told(queued, .admitted) == [.releaseStarted])
        #expect(try told(Samples.release(8, .rollback), .admitted) == [])
        #expect(try told(queued, .superseded(by: 9)) == [])
        var waiting = try #require(
            try queued.after(.blocked(.hold(reason: "x")), in: Samples.environment(), policy: Samples.policy(), at: Samples.now)
                .releases.first)
        #expect(try told(waiting, .superseded(by: 9)) == [])
        waiting.planHash = "plan"
        #expect(try told(waiting, .superseded(by: 9)) == [.releaseEnded], "an approval was asked for")
        #expect(try told(Standing.preflight.release, .cancelled(Samples.ann, reason: "x")) == [.releaseEnded])
    }

    @Test(arguments: [
        (Standing.verifying, ReleaseEvent.verificationPassed(evidence: "GET /health: 200")),
        (.backVerifying, .verificationPassed(evidence: "GET /health: 200")), (.watchedStep, .stepPassed(evidence: "metric errors 0.1 %")),
    ])
    func whatTheGatesSaidIsInTheRecord(_ from: Standing, _ event: ReleaseEvent) throws {
        let change = try from.release.after(event, in: from.environment, policy: Samples.policy(steps: 2), at: Samples.now)
        #expect(change.audit.first?.action == "release.gates" && change.audit.first?.outcome == event.evidence)
        #expect(change.audit.count == 2)
    }

    @Test func theSameBlockerAgainChangesNothing() throws {
        let from = Standing.blocked
        let change = try from.release.after(
            .blocked(.hold(reason: "earlier")), in: from.environment, policy: Samples.policy(), at: Samples.now)
        #expect(change.isEmpty)
    }

    @Test func anOutageMovesTheDeadlineAndOtherTroubleDoesNot() throws {
        let release = Standing.rollingOut.release
        let deadline = try #require(release.deadline)
        func after(_ release: Release, outage: Bool, at now: Timestamp, retry: Duration) throws -> Release {
            let event = ReleaseEvent.transientError(message: "x", retryAt: now + retry, isOutage: outage)
            return try #require(
                try release.after(event, in: Samples.environment(), policy: Samples.policy(), at: now).releases.first)
        }
        #expect(try after(release, outage: false, at: Samples.now, retry: .seconds(5)).deadline == deadline)
        let once = try after(release, outage: true, at: Samples.now, retry: .seconds(5))
        #expect(once.deadline == deadline + .seconds(5))
        // The attempt that failed after the wait took two seconds of the outage.
        let twice = try after(once, outage: true, at: Samples.now + .seconds(7), retry: .seconds(5))
        #expect(twice.deadline == deadline + .seconds(12))
        #expect(twice.attempts == 2)
        // Trouble of long ago does not count as one outage with this.
        let late = try after(once, outage: true, at: Samples.now + .seconds(5000), retry: .seconds(5))
        #expect(late.deadline == deadline + .seconds(5 + 60 + 5))
        // A clock that was set back takes nothing away.
        let back = try after(once, outage: true, at: Samples.now - .seconds(1000), retry: .seconds(-5))
        #expect(back.deadline == deadline + .seconds(5))
    }
}

extension Timestamp {
    fileprivate static func - (left: Timestamp, right: Duration) -> Timestamp { left + (.zero - right) }
}
