import Delivery
import Testing

@Suite struct AdmissionTests {
    private func decide(
        _ candidate: Admission.Candidate?, environment: EnvironmentState = Samples.environment(), active: Release? = nil,
        last: Release? = nil, quarantine: Quarantine? = nil
    ) -> Admission.Decision {
        Admission.decide(candidate: candidate, environment: environment, active: active, last: last, quarantine: quarantine)
    }

    private func release(_ phase: ReleasePhase, _ kind: Release.Kind = .deploy, brings name: String = "b") -> Release {
        var release = Samples.release(7, kind, brings: name)
        release.phase = phase
        return release
    }

    private let quarantine = Quarantine(
        environment: "production", bundle: "bundle-b", revision: Samples.revision("b"), release: 3, reason: "crashed", since: Samples.now)

    @Test func nothingHasComeYet() {
        #expect(decide(nil) == .nothing(reason: "no revision has come this far yet"))
    }

    @Test func aNewBundleIsReleased() {
        #expect(decide(Samples.candidate("b")) == .release(superseding: nil))
        #expect(decide(Samples.candidate("b"), environment: Samples.environment(verified: nil)) == .release(superseding: nil))
    }

    @Test func theVerifiedOneIsUpToDate() {
        #expect(decide(Samples.candidate("a")) == .nothing(reason: "up to date"))
    }

    @Test func anotherRevisionOfTheSameBundleAdvances() {
        #expect(decide(Admission.Candidate(revision: Samples.revision("c"), bundle: "bundle-a")) == .advance)
    }

    @Test func aWaitingReleaseIsWithdrawnWhenTheNewestRevisionIsWhatIsVerified() {
        let back = Admission.Candidate(revision: Samples.revision("c"), bundle: "bundle-a")
        #expect(decide(back, active: release(.blocked)) == .withdraw)
        #expect(decide(back, active: release(.applying)) == .nothing(reason: "waits for release 7 to end"))
    }

    @Test(arguments: ReleasePhase.allCases.filter(\.isActive))
    func onlyAWaitingDeployGivesWay(_ phase: ReleasePhase) {
        let decision = decide(Samples.candidate("c"), active: release(phase))
        if phase == .queued || phase == .blocked {
            #expect(decision == .release(superseding: 7))
        } else {
            #expect(decision == .nothing(reason: "waits for release 7 to end"))
        }
        #expect(decide(Samples.candidate("c"), active: release(phase, .rollback)) == .nothing(reason: "waits for release 7 to end"))
        #expect(decide(Samples.candidate("b"), active: release(phase)) == .nothing(reason: "its release is running"))
    }

    @Test func aQuarantinedBundleIsExplained() throws {
        for active in [nil, release(.queued, brings: "c")] {
            guard case .nothing(let reason) = decide(Samples.candidate("b"), active: active, quarantine: quarantine) else {
                Issue.record("it was released")
                continue
            }
            #expect(reason.contains("release 3") && reason.contains("crashed") && reason.contains("--force"))
        }
    }

    @Test(arguments: ReleasePhase.allCases.filter { !$0.isActive })
    func whatEndedBadlyIsNotTriedAgainByItself(_ phase: ReleasePhase) {
        let decision = decide(Samples.candidate("b"), last: release(phase))
        if phase == .failed || phase == .cancelled {
            guard case .nothing(let reason) = decision else {
                Issue.record("it was released again")
                return
            }
            #expect(reason.contains("slipway deploy production"))
        } else {
            #expect(decision == .release(superseding: nil))
        }
        #expect(decide(Samples.candidate("c"), last: release(phase)) == .release(superseding: nil))
    }

    @Test func aHoldBlocksDeploysButNotForceAndNotRollbacks() {
        var held = Samples.environment()
        held.hold = Samples.hold
        #expect(Admission.blocker(of: Samples.release(), in: held) == .hold(reason: "freeze"))
        #expect(Admission.blocker(of: Samples.release(isForced: true), in: held) == nil)
        #expect(Admission.blocker(of: Samples.release(7, .rollback), in: held) == nil)
        #expect(Admission.blocker(of: Samples.release(), in: Samples.environment()) == nil)
    }

    @Test func approvalsCountDifferentPeopleOfTheRoleForThisPlan() {
        var policy = Samples.policy()
        policy.promotion.approvals = .init(required: 2, role: "release-manager")
        func approval(_ name: String, plan: String = "plan", role: String = "release-manager", release: Int64 = 7) -> Approval {
            Approval(release: release, planHash: plan, by: Actor(name: name, source: .token), role: role, at: Samples.now)
        }
        func missing(_ approvals: [Approval], kind: Release.Kind = .deploy) -> Int? {
            let blocker = Admission.blocker(
                of: Samples.release(7, kind), planHash: "plan", policy: policy, approvals: approvals, at: Samples.now)
            guard case .approval(let plan, let missing) = blocker else { return nil }
            #expect(plan == "plan" && missing.map(\.role) == ["release-manager"])
            return missing.first?.count
        }
        #expect(missing([]) == 2)
        #expect(missing([approval("ann")]) == 1)
        #expect(missing([approval("ann"), approval("ann")]) == 1)
        #expect(missing([approval("ann"), approval("bob", plan: "older")]) == 1)
        #expect(missing([approval("ann"), approval("bob", role: "developer")]) == 1)
        #expect(missing([approval("ann"), approval("bob", release: 6)]) == 1)
        #expect(missing([approval("ann"), approval("bob")]) == nil)
        #expect(missing([], kind: .rollback) == nil)
        policy.promotion.approvals?.expireAfter = .seconds(60)
        var old = approval("bob")
        old.at = Samples.now + .seconds(-60)
        #expect(missing([approval("ann"), old]) == 1)
        policy.promotion.approvals = nil
        #expect(missing([]) == nil)
    }

    @Test func aPersonWithTwoRolesCountsForTheRuleThatNeedsThem() {
        var policy = Samples.policy()
        policy.promotion.approvals = .init([.init(required: 1, role: "release-manager"), .init(required: 1, role: "security")])
        func missing(_ given: [(String, String)]) -> [String]? {
            let approvals = given.map { name, role in
                Approval(release: 7, planHash: "plan", by: Actor(name: name, source: .token), role: role, at: Samples.now)
            }
            let blocker = Admission.blocker(
                of: Samples.release(), planHash: "plan", policy: policy, approvals: approvals, at: Samples.now)
            guard case .approval(_, let missing) = blocker else { return nil }
            return missing.map(\.role)
        }
        #expect(missing([]) == ["release-manager", "security"])
        #expect(missing([("ann", "security")]) == ["release-manager"])
        #expect(missing([("ann", "release-manager"), ("ann", "security")])?.count == 1)
        #expect(missing([("ann", "release-manager"), ("ann", "security"), ("bob", "release-manager")]) == nil)
        #expect(missing([("bob", "release-manager"), ("ann", "release-manager"), ("ann", "security")]) == nil)
    }

    @Test func whatRunsGivesWayOnlyWhereThePolicySaysSo() {
        var active = Samples.release()
        active.phase = .rollingOut
        func decision(_ supersede: EnvironmentPolicy.Supersede, _ name: String) -> Admission.Decision {
            var promotion = EnvironmentPolicy.Promotion()
            promotion.supersede = supersede
            return Admission.decide(
                candidate: Samples.candidate(name), environment: Samples.environment(), active: active, last: active, quarantine: nil,
                promotion: promotion)
        }
        #expect(decision(.waiting, "c") == .nothing(reason: "waits for release 7 to end"))
        #expect(decision(.running, "c") == .release(superseding: 7))
        // A revert of what is half rolled out is put over it, not called off.
        #expect(decision(.running, "a") == .release(superseding: 7))
    }

    @Test func whatItsGroupCountsOnDoesNotGiveWay() {
        var ready = Samples.release()
        ready.phase = .blocked
        ready.isReadyForGroup = true
        let decision = Admission.decide(
            candidate: Samples.candidate("c"), environment: Samples.environment(), active: ready, last: ready, quarantine: nil)
        #expect(decision == .nothing(reason: "waits for release 7 to end"))
    }
}
