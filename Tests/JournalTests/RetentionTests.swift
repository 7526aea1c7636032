import Delivery
import GRDB
import Journal
import Manifests
import Testing

@Suite struct RetentionTests {
    private static let day: Int64 = 86_400_000
    /// A year after everything in these journals.
    private static let later = Timestamp(milliseconds: Samples.now.milliseconds + 365 * day)

    private static func object(_ name: String, _ number: Int64) -> Value {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
            "data": ["number": .integer(number), "text": .string(String(repeating: "\(number) ", count: 3_000))],
        ]
    }

    private static func id(_ number: Int64) -> String { String(String(repeating: "0", count: 40) + String(number)).suffix(40).description }

    private static func revision(_ number: Int64) -> Revision {
        Revision(id: id(number), subject: "s", author: "a", committedAt: Samples.now)
    }

    /// Each round renders a Bundle of one object of its own and one that all share, and releases it.
    @discardableResult
    private func round(
        _ journal: Journal, _ number: Int64, environment: String = "staging", phase: ReleasePhase = .failed, at: Timestamp = Samples.now,
        previous: String? = nil, releases: Bool = true
    ) async throws -> String {
        let bundle = try await journal.storeBundle(objects: [Self.object("own-\(environment)", number), Self.object("shared", 0)])
        try await journal.recordRendering(
            StoredRendering(
                environment: environment, revision: Self.revision(number), outcome: .bundle(digest: bundle, policy: [:], smokeTests: []),
                at: at))
        guard releases else { return bundle }
        let id = try await journal.allocateReleaseID()
        var release = Release(
            id: id, environment: environment, kind: .deploy, revision: Self.revision(number), bundle: bundle, previousBundle: previous,
            previousRevision: nil, requestedBy: .controller, reason: "merge", isForced: false, createdAt: at)
        release.phase = phase
        release.finishedAt = phase.isActive ? nil : at
        try await journal.commit(
            StateChange(
                releases: [release],
                approvals: [Approval(release: id, planHash: "p", by: Samples.ann, role: "r", at: at)], audit: [Samples.draft(at: at)]))
        return bundle
    }

    private static let policy = RetentionPolicy(releases: 10, age: .seconds(90 * 86_400))

    private func count(_ fixture: Fixture, _ table: String) async throws -> Int {
        try await DatabaseQueue(path: fixture.path).read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    /// A Bundle goes at the second run after its last name went.
    private func thrice(_ journal: Journal, _ policy: RetentionPolicy = policy, at: Timestamp = later) async throws -> [RetentionReport] {
        var reports: [RetentionReport] = []
        for _ in 0..<3 { reports.append(try await journal.retain(policy, at: at)) }
        return reports
    }

    @Test func whatIsBeyondCountAndAgeGoesAndOneEntrySaysSo() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        for number in 1...50 as ClosedRange<Int64> { try await round(journal, number) }
        let reports = try await thrice(journal)
        #expect(reports[0].releases == 40 && reports[0].renderings == 30 && reports[0].bundles == 0)
        #expect(reports[1].isEmpty)
        #expect(reports[2].bundles == 30 && reports[2].objects == 30)
        #expect(reports.reduce(0) { $0 + $1.freedPages } > 0)
        #expect(try await journal.releases(environment: nil, limit: 100).map(\.id) == Array((41...50).reversed()))
        #expect(try await journal.latestRenderings(environment: "staging", limit: 100).count == 20)
        #expect(try await count(fixture, "bundles") == 20)
        #expect(try await count(fixture, "objects") == 21)
        #expect(try await count(fixture, "approvals") == 10)
        #expect(try await count(fixture, "dropped") == 0)
        #expect(try await count(fixture, "audit") == 52)
        let entry = try #require(try await journal.auditEntries(filter: AuditFilter(actionPrefix: "journal.retention")).first)
        #expect(entry.draft.reason.contains("dropped 40 releases: staging 40 (1 to 40); 30 renderings"), "\(entry.draft.reason)")
        let check = try await journal.check()
        #expect(check.findings == [])
        #expect(try await journal.allocateReleaseID() == 51)
    }

    @Test func whatIsYoungStaysHoweverMuchItIs() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        for number in 1...30 as ClosedRange<Int64> { try await round(journal, number) }
        let soon = Samples.now + .seconds(86_400)
        #expect(try await thrice(journal, at: soon).allSatisfy { $0.isEmpty })
        // By count alone.
        #expect(try await thrice(journal, RetentionPolicy(releases: 10, age: .zero), at: soon)[0].releases == 20)
    }

    @Test func eachEnvironmentHasItsOwnCount() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        for number in 1...12 as ClosedRange<Int64> { try await round(journal, number, environment: "staging") }
        for number in 1...3 as ClosedRange<Int64> { try await round(journal, number, environment: "production") }
        #expect(try await thrice(journal)[0].releases == 2)
        #expect(try await journal.releases(environment: "production", limit: 10).count == 3)
    }

    @Test func whatIsStillNamedStays() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        // 1: under way. 2 and 3: the last verified. 4: quarantined. 5: the Bundle before a kept one. 6: another Environment's verified Revision.
        let active = try await round(journal, 1, phase: .applying)
        let verified = try await round(journal, 2, phase: .verified)
        let before = try await round(journal, 3, phase: .verified)
        let quarantined = try await round(journal, 4)
        let previous = try await round(journal, 5, releases: false)
        let waiting = try await round(journal, 6, releases: false)
        let forgotten = try await round(journal, 7, releases: false)
        var state = EnvironmentState(name: "staging")
        (state.verifiedBundle, state.verifiedRevision, state.verifiedRelease) = (verified, Self.revision(2), 2)
        var other = EnvironmentState(name: "other")
        (other.verifiedBundle, other.verifiedRevision, other.verifiedRelease) = (waiting, Self.revision(6), 9_999)
        (state.version, other.version) = (1, 1)
        try await journal.commit(
            StateChange(
                environments: [state, other],
                quarantines: [
                    Quarantine(
                        environment: "staging", bundle: quarantined, revision: Self.revision(4), release: 4, reason: "r", since: Samples.now
                    )
                ]))
        for number in 10...60 as ClosedRange<Int64> { try await round(journal, number, previous: previous) }
        _ = try await thrice(journal)
        let kept = try await journal.releases(environment: "staging", limit: 100).map(\.id)
        #expect(kept.filter { $0 <= 4 } == [4, 3, 2, 1])
        for bundle in [active, verified, before, quarantined, previous, waiting] { #expect(try await journal.bundleObjects(bundle) != nil) }
        #expect(try await journal.rendering(environment: "staging", revisionID: Self.id(6)) != nil)
        #expect(try await journal.rendering(environment: "staging", revisionID: Self.id(7)) == nil)
        #expect(try await journal.hasBundle(forgotten) == false)
        let check = try await journal.check()
        #expect(check.findings == [])
    }

    /// Staging has verified what production has still to get, and production's renderings are older than all others.
    @Test func aRenderingStaysWhileAnotherEnvironmentHasReleasedItsRevision() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        for number in 1...5 as ClosedRange<Int64> {
            try await round(journal, number, phase: .verified)
            try await round(journal, number, environment: "production", releases: false)
        }
        for number in 6...40 as ClosedRange<Int64> { try await round(journal, number, environment: "production", releases: false) }
        _ = try await thrice(journal)
        for number in 1...5 as ClosedRange<Int64> {
            #expect(try await journal.rendering(environment: "production", revisionID: Self.id(number)) != nil)
        }
        #expect(try await journal.latestRenderings(environment: "production", limit: 100).count == 25)
    }

    /// Somebody finds a Bundle stored, and names it only after a run of retention.
    @Test func aBundleThatWasJustAskedForIsNotDropped() async throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        defer { withExtendedLifetime(fixture) {} }
        let objects = [Self.object("late", 1)]
        let bundle = try await journal.storeBundle(objects: objects)
        for _ in 0..<5 {
            #expect(try await journal.storeBundle(objects: objects) == bundle)
            _ = try await journal.retain(Self.policy, at: Self.later)
            #expect(try await journal.hasBundle(bundle))
        }
        _ = try await thrice(journal)
        #expect(try await !journal.hasBundle(bundle))
        #expect(try await journal.storeBundle(objects: objects) == bundle)
        #expect(try await journal.bundleObjects(bundle) == objects)
    }

    @Test func killedAnywhereTheNextRunGoesOnAndTheEntrySaysAll() async throws {
        // Stops a run before each of its transactions in turn, as a kill would.
        for stop in 1...40 as ClosedRange<Int64> {
            let fixture = try Fixture()
            var journal = try fixture.open()
            for number in 1...25 as ClosedRange<Int64> { try await round(journal, number) }
            _ = try await journal.retain(Self.policy, at: Samples.now)
            try journal.close()
            let limited = try fixture.open()
            try await limited.refuseWrites(from: stop)
            var wasStopped = false
            do {
                for _ in 0..<3 { _ = try await limited.retain(Self.policy, at: Self.later) }
            } catch { wasStopped = true }
            try limited.close()
            journal = try fixture.open()
            _ = try await thrice(journal)
            let reasons = try await journal.auditEntries(filter: AuditFilter(actionPrefix: "journal.retention")).map(\.draft.reason)
            #expect(reasons.first?.contains("dropped 15 releases: staging 15 (1 to 15)") == true, "\(stop): \(reasons)")
            #expect(try await journal.releases(environment: nil, limit: 100).count == 10)
            #expect(try await count(fixture, "bundles") == 20)
            let check = try await journal.check()
            #expect(check.findings == [])
            try journal.close()
            if !wasStopped {
                #expect(stop > 5)
                return
            }
        }
        Issue.record("a run has more than 40 transactions")
    }

    @Test func aJournalOfAnOlderVersionIsCompactedOnce() async throws {
        let folder = try TemporaryFolder()
        let path = try MigrationTests.restored(1, in: folder)
        let journal = try Journal(path: path, sealer: MigrationTests.sealer, signer: MigrationTests.signer)
        _ = try await journal.retain(Self.policy, at: Samples.now)
        let mode = try await DatabaseQueue(path: path).read { db in try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") }
        #expect(mode == 2)
        #expect(try await journal.durability() == "wal 2")
        let check = try await journal.check()
        #expect(check.findings == [])
    }
}
