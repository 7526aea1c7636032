package import Delivery
import GRDB

extension Journal {
    /// Drops what the policy does not keep, in many short transactions between which others write. It never drops an audit entry, what an
    /// Environment calls verified, what a Release under way, a Quarantine or a kept Release names, nor the newest renderings.
    ///
    /// It may be killed and run again anywhere. A Bundle goes at the second run after nothing named it any more.
    package func retain(_ policy: RetentionPolicy, at now: Timestamp) async throws(JournalError) -> RetentionReport {
        let run = try await write("begin retention") { db in try Retention.begin(db) }
        let cutoff = now + .milliseconds(-max(policy.age.wholeMilliseconds, 0))
        let retention = Retention(policy: policy, cutoff: cutoff, run: run)
        let environments = try await read("list the environments") { db in
            try String.fetchAll(db, sql: "SELECT environment FROM releases UNION SELECT environment FROM renderings")
        }
        for environment in environments {
            try await step("drop old releases of \(environment)") { db in try retention.dropReleases(of: environment, db) }
        }
        let named = try await read("look at what releases name") { db in try Retention.NamedRevisions(db) }
        for environment in environments {
            var last: Int64? = 0
            while let start = last, !Task.isCancelled {
                last = try await write("drop old renderings of \(environment)") { db in
                    try retention.dropRenderings(of: environment, after: start, named, db)
                }
            }
        }
        let bundles = try await read("look for bundles that nothing names") { db in
            try retention.forgottenBundles(db).map { ForgottenBundle(digest: $0.digest, objects: $0.objects) }
        }
        for some in Self.steps(bundles) { try await write("drop old bundles") { db in try retention.drop(bundles: some, db) } }
        var report = try await write("record what was dropped") { [self] db in
            try retention.report(AuditChain(signer: signer), at: now, db)
        }
        report.freedPages = try await giveBackSpace()
        return report
    }

    private struct ForgottenBundle: Sendable {
        var digest: String
        var objects: Int
    }

    /// Until a step has nothing more to do. Stops between two of them when the calling task is cancelled; the next run goes on.
    private func step(_ doing: String, _ body: @escaping @Sendable (Database) throws -> Int) async throws(JournalError) {
        while !Task.isCancelled, try await write(doing, body) > 0 {}
    }

    private static func steps(_ bundles: [ForgottenBundle]) -> [[String]] {
        var steps: [[String]] = []
        var objects = JournalLimits.stepObjects
        for bundle in bundles {
            if objects + bundle.objects > JournalLimits.stepObjects || steps.isEmpty {
                steps.append([])
                objects = 0
            }
            steps[steps.endIndex - 1].append(bundle.digest)
            objects += bundle.objects
        }
        return steps
    }

    /// Gives the pages that are not used any more back to the disk.
    private func giveBackSpace() async throws(JournalError) -> Int64 {
        let space = try await read("look at its size") { db in try Space(db) }
        if !space.isIncremental {
            // Files of versions before 0.4. What is larger stays as it is; its free pages are used again.
            guard space.bytes <= JournalLimits.compactedBytes else { return 0 }
            try await outsideOfTransactions("compact it") { db in try db.execute(sql: "VACUUM") }
            return try await space.pages - read("look at its size") { db in try Space(db) }.pages
        }
        var rest = space.free
        while rest > 0, !Task.isCancelled {
            let left = try await outsideOfTransactions("give back space") { db in
                try db.execute(sql: "PRAGMA incremental_vacuum(\(JournalLimits.stepPages))")
                return try Space(db).free
            }
            guard left < rest else { break }
            rest = left
        }
        return space.free - rest
    }

    private struct Space: Sendable {
        var isIncremental: Bool
        var pages: Int64
        var free: Int64
        var bytes: Int64

        init(_ db: Database) throws {
            isIncremental = try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2
            pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            bytes = pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096)
        }
    }
}
