import Delivery
import Testing

@Suite struct OperatorRequestsTests {
    private let blocked: Release = {
        var release = Samples.release()
        release.phase = .blocked
        release.blocker = .approval(planHash: "0123456789abcdef", missing: [.init(role: "release-manager", count: 1)])
        return release
    }()

    private func approve(_ release: Release?, plan: String? = nil, role: String = "release-manager") throws -> StateChange {
        try OperatorRequests.approve(
            release, environment: "production", planHash: plan, by: Samples.ann, role: role, reason: "looked at it", at: Samples.now)
    }

    private func refusal(_ body: () throws -> StateChange) throws -> RequestRefused {
        try #require(#expect(throws: RequestRefused.self) { try body() })
    }

    @Test func anApprovalNamesTheExactPlan() throws {
        let change = try approve(blocked, plan: "0123456789ab")
        #expect(change.approvals.map(\.planHash) == ["0123456789abcdef"])
        #expect(change.audit.map(\.action) == ["approval.given"] && change.audit.first?.actor == Samples.ann)
    }

    @Test func anApprovalOfAnotherPlanRoleOrNothingIsRefused() throws {
        let changed = try refusal { try approve(blocked, plan: "fedcba987654") }
        #expect(changed.code == .notPossible && changed.message.contains("slipway diff production"))
        #expect(try refusal { try approve(blocked, plan: "0123") }.code == .notPossible)
        #expect(try refusal { try approve(blocked, role: "developer") }.code == .denied)
        #expect(try refusal { try approve(nil) }.code == .notPossible)
        #expect(try refusal { try approve(Samples.release()) }.code == .notPossible)
    }

    @Test func holdAndResumeAreAudited() throws {
        let held = OperatorRequests.hold(Samples.environment(), by: Samples.ann, reason: "freeze", at: Samples.now)
        let state = try #require(held.environments.first)
        #expect(state.hold?.reason == "freeze" && held.audit.map(\.action) == ["hold.set"])
        let resumed = try OperatorRequests.resume(state, by: Samples.ann, reason: "over", at: Samples.now)
        #expect(resumed.environments.first?.hold == nil && resumed.audit.first?.outcome.contains("freeze") == true)
        #expect(
            try refusal { try OperatorRequests.resume(Samples.environment(), by: Samples.ann, reason: "", at: Samples.now) }.code
                == .notPossible)
    }

    private let target = OperatorRequests.RollbackTarget(bundle: "bundle-a", revision: Samples.revision("a"))

    private func rollBack(_ environment: EnvironmentState, active: Release?) throws -> StateChange {
        let leaving = OperatorRequests.RollbackTarget(bundle: "bundle-b", revision: Samples.revision("b"))
        return try OperatorRequests.rollBack(
            environment, to: target, releaseID: 9, active: active, leaving: leaving, by: Samples.ann, reason: "errors", at: Samples.now)
    }

    @Test func aRollbackTakesThePlaceOfWhatRunsInOneChange() throws {
        let change = try rollBack(Samples.environment(), active: Standing.rollingOut.release)
        #expect(change.releases.map(\.phase) == [.superseded, .queued])
        let release = try #require(change.releases.last)
        #expect(release.kind == .rollback && release.bundle == "bundle-a" && release.requestedBy == Samples.ann)
        #expect(change.environments.first?.hold?.by == Samples.ann)
        #expect(change.quarantines.map(\.bundle) == ["bundle-b"])
        #expect(change.notices.map(\.event) == [.releaseEnded, .rollbackStarted])
    }

    @Test func aRollbackToWhatRunsIsRefused() throws {
        let refused = try refusal { try rollBack(Samples.environment(), active: nil) }
        #expect(refused.code == .notPossible && refused.message.contains("slipway history production"))
    }

    @Test func aWatchThatANewerReleaseEndedTakesNothingBack() throws {
        var watched = Standing.watched
        watched.environment.verifiedRelease = 8
        #expect(throws: IllegalTransition.self) {
            try watched.release.after(.failed(Samples.failure), in: watched.environment, policy: Samples.policy(), at: Samples.now)
        }
    }

    private func retry(_ standing: Standing, _ state: EnvironmentState, _ quarantine: Quarantine? = nil) throws -> StateChange {
        try OperatorRequests.retry(
            standing.release, in: state, quarantine: quarantine, policy: Samples.policy(), zones: Samples.zones, by: Samples.ann,
            reason: "again",
            at: Samples.now)
    }

    @Test func aRetryPassesNoHoldFreezeOrBanOfAPerson() throws {
        var held = Samples.environment()
        held.hold = Samples.hold
        #expect(try refusal { try retry(.failedInRollout, held) }.code == .held)
        var frozen = Samples.environment()
        frozen.freeze = Freeze(reason: "sale", by: Samples.ann, since: Samples.now)
        #expect(try refusal { try retry(.failedInRollout, frozen) }.message.contains("frozen"))
        let ban = try #require(
            OperatorRequests.quarantine(
                Samples.candidate("b"), in: Samples.environment(), by: Samples.ann, reason: "insecure", until: nil, at: Samples.now
            ).quarantines.first)
        #expect(try refusal { try retry(.failedInRollout, Samples.environment(), ban) }.message.contains("--lift"))
        // What had written nothing begins anew, and meets what stands in its way there.
        #expect(try retry(.failedInPreflight, held).releases.first?.phase == .queued)
    }

    /// A window that is closed at every moment of these tests.
    private func closed(_ policy: EnvironmentPolicy) -> EnvironmentPolicy {
        var policy = policy
        let today = Samples.now
        policy.promotion.calendar.windows = [
            .init(days: [], from: 0, to: 1440, timeZone: "UTC")
        ]
        #expect(policy.promotion.calendar.blocker(at: today, zones: Samples.zones) != nil)
        return policy
    }

    @Test func neitherARetryNorASkippedStepPassesTheCalendarUnsaid() throws {
        let policy = closed(Samples.policy(steps: 2))
        let refused = try refusal {
            try OperatorRequests.retry(
                Standing.failedInRollout.release, in: Samples.environment(), quarantine: nil, policy: policy, zones: Samples.zones,
                by: Samples.ann, reason: "again", at: Samples.now)
        }
        #expect(refused.code == .held && refused.message.contains("change window"))
        // The window closed while the step was watched: nothing is stored of it yet.
        var step = Standing.watchedStep.release
        step.step = 0
        func skip(_ release: Release) throws -> Release? {
            try OperatorRequests.skip(
                release, in: Samples.environment(), policy: policy, zones: Samples.zones, by: Samples.ann, reason: "hotfix", at: Samples.now
            ).releases.first
        }
        let passing = try #require(try skip(step))
        #expect(passing.step == 0 && passing.passesCalendar)
        #expect(try skip(passing)?.step == 1)
    }

    @Test func aShorterHoldOrFreezeEndsNoLongerOne() throws {
        let soon = Samples.now + .seconds(7200)
        var state = Samples.environment()
        state.hold = Hold(reason: "abc failed", by: .controller, since: Samples.now, release: 7)
        state.hold?.revert = Revert(by: Samples.ann, reason: "slow", at: Samples.now)
        let looked = OperatorRequests.hold(state, by: Samples.ann, reason: "looking", until: soon, at: Samples.now)
        let hold = try #require(looked.environments.first?.hold)
        #expect(hold.until == nil && hold.revert != nil && hold.reason == "looking")
        #expect(looked.audit.first?.outcome == "until it is lifted (was held already: abc failed)")
        state.hold = Hold(reason: "short", by: Samples.ann, since: Samples.now, until: Samples.now + .seconds(60))
        #expect(
            OperatorRequests.hold(state, by: Samples.ann, reason: "x", until: soon, at: Samples.now).environments.first?.hold?.until == soon
        )
        state.freeze = Freeze(reason: "sale", by: Samples.ann, since: Samples.now, until: soon)
        let frozen = OperatorRequests.freeze(state, by: Samples.ann, reason: "x", until: Samples.now + .seconds(60), at: Samples.now)
        #expect(frozen.environments.first?.freeze?.until == soon)
    }

    @Test func whoseChangeCannotBeToldIsRefusedAndSaysWhatToDo() throws {
        var waiting = Standing.blocked.release
        waiting.blocker = .approval(planHash: "plan", missing: [.init(role: "release-manager", count: 1)])
        func refusedBy(_ authorship: OperatorRequests.Authorship) throws -> RequestRefused {
            try refusal {
                try OperatorRequests.approve(
                    waiting, environment: "production", planHash: nil, by: Samples.ann, role: "release-manager", authorship: authorship,
                    reason: "ok", at: Samples.now)
            }
        }
        #expect(try refusedBy(.own).message.contains("Ask somebody else"))
        let unknown = try refusedBy(.unknown("no e-mail address of ann is known to tell by"))
        #expect(unknown.code == .denied && unknown.message.contains("no e-mail address of ann"))
    }

    @Test func aBanStopsWhatHasNotBegunAndIsNoWayBack() throws {
        func ban(_ release: Release) throws -> StateChange {
            try OperatorRequests.quarantine(
                Samples.candidate("b"), in: Samples.environment(), active: release, by: Samples.ann, reason: "insecure", until: nil,
                at: Samples.now)
        }
        let change = try ban(Standing.preflight.release)
        #expect(change.releases.map(\.phase) == [.cancelled] && change.quarantines.map(\.bundle) == ["bundle-b"])
        #expect(change.audit.map(\.actor) == [Samples.ann, Samples.ann])
        for standing in [Standing.heldStep, Standing.applying, Standing.soaking] {
            let refused = try refusal { try ban(standing.release) }
            #expect(refused.code == .notPossible && refused.message.contains("slipway rollback production"), "\(standing)")
        }
        // What goes back already, and what somebody forces, is left as it is.
        var forced = Standing.queued.release
        forced.isForced = true
        #expect(try ban(forced).releases.isEmpty && ban(Standing.backApplying.release).releases.isEmpty)
    }

    @Test func aWayBackGoesToWhatIsVerifiedWhenTheReleaseBegins() throws {
        let now = Samples.environment(verified: "c")
        for (standing, event) in [(Standing.queued, .admitted), (.preflight, .preflightPassed(planHash: "plan"))]
            as [(Standing, ReleaseEvent)]
        {
            let change = try standing.release.after(event, in: now, policy: Samples.policy(), at: Samples.now)
            #expect(change.releases.first?.previousBundle == "bundle-c" && change.releases.first?.previousRevision == Samples.revision("c"))
        }
        // What was verified proved bad while it waited, and there was nothing before it.
        let none = try Standing.queued.release.after(
            .admitted, in: Samples.environment(verified: nil), policy: Samples.policy(), at: Samples.now)
        #expect(none.releases.first?.previousBundle == nil)
    }

    @Test func aFailureHoldsForGoodWhateverWasSetForATime() throws {
        var state = Samples.environment()
        state.hold = Hold(reason: "look", by: Samples.ann, since: Samples.now, until: Samples.now + .seconds(60))
        let change = try Standing.rollingOut.release.after(
            .failed(Samples.failure), in: state, policy: Samples.policy(), at: Samples.now)
        let hold = try #require(change.environments.first?.hold)
        #expect(hold.until == nil && hold.release == 7)
    }
}
