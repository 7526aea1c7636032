import Delivery
import Journal
import Testing

@Suite struct CommitTests {
    @Test func allOfAChangeIsStoredAndReadBack() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        let release = Samples.fullRelease(7)
        let approval = Approval(release: 7, planHash: "plan", by: Samples.ann, role: "release-manager", at: Samples.now)
        try await journal.commit(
            StateChange(
                releases: [release], environments: [Samples.environment()], quarantines: [Samples.quarantine()], approvals: [approval],
                audit: [Samples.draft()], notices: [Samples.notice("one")]))
        try journal.close()

        let again = try fixture.open()
        #expect(try await again.release(7) == release)
        #expect(try await again.environment("staging") == Samples.environment())
        #expect(try await again.quarantine(environment: "staging", bundle: "bundle-b") == Samples.quarantine())
        #expect(try await again.quarantines(environment: "staging") == [Samples.quarantine()])
        #expect(try await again.approvals(release: 7) == [approval])
        #expect(try await again.auditEntries().map(\.draft) == [Samples.draft()])
        #expect(try await again.unroutedNotices() == [Samples.notice("one")])
        #expect(try await again.environments().map(\.name) == ["staging"])
        #expect(try await again.release(8) == nil)
        #expect(try await again.environment("production") == nil)
        #expect(try await again.quarantine(environment: "production", bundle: "bundle-b") == nil)
    }

    @Test func everyFieldOfARecordIsEncoded() {
        // Whoever adds a field to one of these types has to store it, too: see the files Records+*.swift.
        #expect(Mirror(reflecting: Samples.fullRelease(1)).children.count == 30)
        #expect(Mirror(reflecting: Samples.environment()).children.count == 8)
        #expect(Mirror(reflecting: Samples.quarantine()).children.count == 7)
        #expect(Mirror(reflecting: Samples.notice("x")).children.count == 9)
        #expect(Mirror(reflecting: Samples.revision()).children.count == 4)
        #expect(Mirror(reflecting: Samples.draft()).children.count == 9)
        #expect(Mirror(reflecting: Failure(origin: .apply, message: "")).children.count == 2)
        #expect(Mirror(reflecting: Hold(reason: "", by: Samples.ann, since: Samples.now)).children.count == 6)
        #expect(Mirror(reflecting: Revert(by: Samples.ann, reason: "", at: Samples.now)).children.count == 7)
        #expect(Mirror(reflecting: Samples.delay).children.count == 4)
        #expect(Mirror(reflecting: Revert.Group(name: "", members: [])).children.count == 2)
        #expect(Mirror(reflecting: Samples.ann).children.count == 2)
        #expect(Mirror(reflecting: StateChange()).children.count == 8)
    }

    @Test(arguments: [Revert.Step.asked, .pushed(commit: "c0ffee"), .failed(message: "rejected")])
    func howFarARevertCameIsKept(_ step: Revert.Step) async throws {
        let fixture = try Fixture()
        var state = Samples.environment()
        state.hold?.revert?.step = step
        var journal = try fixture.open()
        try await journal.commit(StateChange(environments: [state]))
        try journal.close()
        journal = try fixture.open()
        #expect(try await journal.environment("staging") == state)
    }

    @Test(arguments: [
        StateChange(releases: [Samples.release(1, phase: .applying, version: 2)]),
        StateChange(releases: [Samples.release(1, phase: .applying, version: 0)]),
        StateChange(releases: [Samples.release(2, version: 2)]),
        StateChange(environments: [Samples.environment(version: 3)]),
        StateChange(environments: [Samples.environment(version: 1)]),
        StateChange(environments: [Samples.environment("production", version: 2)]),
    ])
    func aChangeOnAnOlderOrFutureStateIsStale(_ change: StateChange) async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(releases: [Samples.release(1)], environments: [Samples.environment(version: 1)]))
        let error = await #expect(throws: JournalError.self) { try await journal.commit(change) }
        #expect(error?.code == .stale)
        #expect(try await journal.release(1)?.version == 0)
        #expect(try await journal.environment("staging")?.version == 1)
    }

    @Test func whatIsDecidedUponAnEnvironmentThatChangedIsStale() async throws {
        let journal = try Fixture().open()
        var known = Samples.environment(version: 1)
        try await journal.commit(StateChange(releases: [Samples.release(1)], environments: [known]))
        var change = StateChange(releases: [Samples.release(1, phase: .applying, version: 1)])
        change.given = [known]
        known.version = 2
        try await journal.commit(StateChange(environments: [known]))
        let error = await #expect(throws: JournalError.self) { try await journal.commit(change) }
        #expect(error?.code == .stale && error?.message.contains("environment staging") == true)
        #expect(try await journal.release(1)?.phase != .applying)
        // Of one that was never stored, too.
        change.given = [known, Samples.environment("production", version: 0)]
        try await journal.commit(change)
        #expect(try await journal.release(1)?.phase == .applying)
    }

    @Test func whatFailsHalfwayLeavesNothing() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(releases: [Samples.release(1)]))
        let change = StateChange(
            releases: [Samples.release(1, phase: .preflight, version: 1)], environments: [Samples.environment(version: 5)],
            quarantines: [Samples.quarantine()], audit: [Samples.draft()], notices: [Samples.notice("x")])
        await #expect(throws: JournalError.self) { try await journal.commit(change) }
        #expect(try await journal.release(1) == Samples.release(1))
        #expect(try await journal.quarantines(environment: "staging").isEmpty)
        #expect(try await journal.auditEntries().isEmpty)
        #expect(try await journal.unroutedNotices().isEmpty)
    }

    @Test func twoActiveReleasesInOneEnvironmentAreRefused() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(releases: [Samples.release(1)]))
        let error = await #expect(throws: JournalError.self) { try await journal.commit(StateChange(releases: [Samples.release(2)])) }
        #expect(error?.code == .conflict && error?.message.contains("1 and 2") == true)
        try await journal.commit(StateChange(releases: [Samples.release(2, environment: "production")]))
        // In one change the new one may come before the end of the old one.
        try await journal.commit(StateChange(releases: [Samples.release(3), Samples.release(1, phase: .superseded, version: 1)]))
        #expect(try await journal.unfinishedReleases().map(\.id) == [2, 3])
    }

    @Test func aReleaseNeverChangesItsEnvironment() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(releases: [Samples.release(1)]))
        let moved = StateChange(releases: [Samples.release(1, environment: "production", version: 1)])
        let error = await #expect(throws: JournalError.self) { try await journal.commit(moved) }
        #expect(error?.code == .invalid)
    }

    @Test func releasesComeNewestFirstAndInPages() async throws {
        let journal = try Fixture().open()
        for id in 1...5 as ClosedRange<Int64> {
            let environment = id == 3 ? "production" : "staging"
            try await journal.commit(StateChange(releases: [Samples.release(id, environment: environment, phase: .failed)]))
        }
        #expect(try await journal.releases(environment: nil, limit: 3).map(\.id) == [5, 4, 3])
        #expect(try await journal.releases(environment: nil, limit: 3, before: 3).map(\.id) == [2, 1])
        #expect(try await journal.releases(environment: "staging", limit: 2, before: 5).map(\.id) == [4, 2])
        #expect(try await journal.releases(environment: "staging", limit: -1).isEmpty)
    }

    @Test func aWatchedReleaseIsUnfinishedUntilItsWatchEnds() async throws {
        let journal = try Fixture().open()
        var release = Samples.release(1, phase: .verified)
        release.waitUntil = Samples.now
        try await journal.commit(StateChange(releases: [release]))
        #expect(try await journal.unfinishedReleases() == [release])
        release.waitUntil = nil
        release.version = 1
        try await journal.commit(StateChange(releases: [release]))
        #expect(try await journal.unfinishedReleases().isEmpty)
    }

    @Test func numbersAreNeverGivenTwice() async throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        #expect(try await journal.allocateReleaseID() == 1)
        #expect(try await journal.allocateReleaseID() == 2)
        try journal.close()
        journal = try fixture.open()
        #expect(try await journal.allocateReleaseID() == 3)
        // A number that came from elsewhere is not given again either.
        try await journal.commit(StateChange(releases: [Samples.release(10)]))
        #expect(try await journal.allocateReleaseID() == 11)
        let open = journal
        let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<50 { group.addTask { try await open.allocateReleaseID() } }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(ids.count == 50)
    }

    @Test func aQuarantineIsLiftedInAChange() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(quarantines: [Samples.quarantine("x"), Samples.quarantine("y")]))
        try await journal.commit(StateChange(liftedQuarantines: [QuarantineLift(environment: "staging", bundle: "x")]))
        #expect(try await journal.quarantines(environment: "staging").map(\.bundle) == ["y"])
    }

    /// The newest counts: an earlier one may have expired.
    @Test func anApprovalGivenTwiceIsOne() async throws {
        let journal = try Fixture().open()
        let approval = Approval(release: 7, planHash: "plan", by: Samples.ann, role: "release-manager", at: Samples.now)
        var later = approval
        later.at = Samples.now + .seconds(60)
        try await journal.commit(StateChange(approvals: [approval, later]))
        #expect(try await journal.approvals(release: 7) == [later])
    }

    @Test func theOutboxDeliversOnceADedupeKey() async throws {
        let journal = try Fixture().open()
        try await journal.commit(StateChange(notices: [Samples.notice("a"), Samples.notice("b"), Samples.notice("a")]))
        try await journal.commit(StateChange(notices: [Samples.notice("a")]))
        #expect(try await journal.unroutedNotices().map(\.dedupeKey) == ["a", "b"])
    }

    @Test func anEmptyChangeMakesNoTransaction() async throws {
        let counted = Counted()
        let journal = try Fixture().open { moment, number in counted.note(moment, number) }
        try await journal.commit(StateChange())
        #expect(counted.moments.isEmpty)
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        #expect(counted.moments == ["before 1", "after 1"])
        await #expect(throws: JournalError.self) { try await journal.commit(StateChange(releases: [Samples.release(1, version: 9)])) }
        try await journal.commit(StateChange(audit: [Samples.draft()]))
        #expect(counted.moments == ["before 1", "after 1", "before 3", "after 3"])
    }

    @Test func aWriteThatBeganOutlivesItsTask() async throws {
        let journal = try Fixture().open()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await journal.commit(StateChange(releases: [Samples.release(1)]))
        }
        try await task.value
        #expect(try await journal.release(1) != nil)
    }
}
