package import ArgumentParser
internal import Console
internal import Controller
internal import Delivery
internal import Journal
internal import Manifests
internal import Observability

package struct AuditCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what, when and why; and whether that record is whole.",
        subcommands: [AuditList.self, AuditExport.self, AuditVerify.self],
        defaultSubcommand: AuditList.self)

    package init() {}
}

/// Which entries: what `audit` and `audit export` share.
package struct AuditFilterOptions: ParsableArguments {
    @Option(help: "Only this environment.")
    var environment: String?

    @Option(help: "Only what this user, token or controller did.")
    var who: String?

    @Option(help: "Only these actions, by their start: release, hold, access.denied.")
    var action: String?

    @Option(help: "Only what concerns this release.")
    var release: Int64?

    @Option(help: ArgumentHelp("From then on: 2026-01-31, 2026-01-31T08:00:00Z, or back from now: 90m, 7d.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Before then, written the same way.", valueName: "time"))
    var until: String?

    package init() {}

    func filter(now: Timestamp) throws(CommandError) -> AuditFilter {
        AuditFilter(
            environment: environment, actor: who, actionPrefix: action, release: release,
            from: try since.map { text throws(CommandError) in try Self.moment(text, "--since", now: now) },
            until: try until.map { text throws(CommandError) in try Self.moment(text, "--until", now: now) })
    }

    static func moment(_ text: String, _ option: String, now: Timestamp) throws(CommandError) -> Timestamp {
        if let back = DurationText.parseDays(text) { return now + (.zero - back) }
        for candidate in [text, text + "T00:00:00Z"] {
            if let milliseconds = RFC3339.unixMilliseconds(from: candidate) { return Timestamp(milliseconds: milliseconds) }
        }
        throw CommandError(
            .usage, "\(option) \"\(text)\" is no time: write 2026-01-31, 2026-01-31T08:00:00Z, or how long ago it was: 90m, 7d")
    }
}

package struct AuditList: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "list", abstract: "The last entries of the record, oldest first.")

    @OptionGroup var which: AuditFilterOptions

    @Option(help: "How many, up to 1000.")
    var limit = 50

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let filter = try which.filter(now: SystemClock.controller.now())
        let document = try await Reading(connection: connection).ask("/api/v1/audit?limit=\(limit)\(AuditQuery.text(filter))") { journal in
            let entries = try await journal.latestAuditEntries(filter: filter, limit: limit)
            return ["entries": .array(entries.reversed().map(Documents.auditEntry))]
        }
        output.write(document) { document in
            var table = Table(["#", "AT", "WHO", "WHAT", "ENVIRONMENT", "RELEASE", "REVISION", "OUTCOME", "WHY"])
            for entry in document["entries"]?.array ?? [] {
                table.add([
                    "\(entry["sequence"]?.integer ?? 0)", entry["at"]?.string ?? "", entry["actor"]?.string ?? "",
                    entry["action"]?.string ?? "",
                    entry["environment"]?.string ?? "-", entry["release"]?.integer.map { "\($0)" } ?? "-",
                    String(entry["revision"]?.string?.prefix(10) ?? "-"), entry["outcome"]?.string ?? "", entry["reason"]?.string ?? "",
                ])
            }
            return table.render()
        }
    }
}

package struct AuditExport: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export", abstract: "All entries, oldest first, one a line, for another system.",
        discussion: """
            jsonl is whole: whoever has it can compute every hash again. cef is what collectors of security events read; it cuts long reasons at
            1023 characters. Every line has its sequence and hash. Go on where the last export ended with --after.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case jsonl
        case cef
    }

    @Option(help: "jsonl or cef.")
    var format = Format.jsonl

    @Option(help: ArgumentHelp("Only entries after this one.", valueName: "sequence"))
    var after: Int64 = 0

    @OptionGroup var which: AuditFilterOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    /// Entries that are asked for at once, which is what the API gives at most; no more are ever in memory.
    private static let page = 1000

    package func run() async throws {
        let filter = try which.filter(now: SystemClock.controller.now())
        let reading = Reading(connection: connection)
        let query = AuditQuery.text(filter)
        var last = after
        // Once the controller did not answer, the rest is read from the same journal.
        var opened: Journal?
        while true {
            let start = last
            func page(_ journal: Journal) async throws -> Value {
                let entries = try await journal.auditEntries(after: start, filter: filter, limit: Self.page)
                return ["entries": .array(entries.map(Documents.auditEntry))]
            }
            let document: Value
            if let opened {
                document = try await page(opened)
            } else {
                document = try await reading.ask("/api/v1/audit?after=\(start)&limit=\(Self.page)\(query)") { journal in
                    opened = journal
                    return try await page(journal)
                }
            }
            let entries = document["entries"]?.array ?? []
            for entry in entries {
                guard let sequence = entry["sequence"]?.integer, sequence > last else {
                    throw CommandError(.error, "the controller answered with entries out of order: is it older than this command?")
                }
                last = sequence
                switch format {
                case .jsonl: Terminal.line(JSON.string(entry))
                case .cef: Terminal.line(CEF.line(entry, version: SlipwayVersion.current))
                }
            }
            if entries.count < Self.page { return }
        }
    }
}

package struct AuditVerify: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recompute the chain of hashes and the signed checkpoints; exit code 1 if anything was changed.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let document = try await Reading(connection: connection).ask("/api/v1/audit/verification") { journal in
            Documents.verification(try await journal.verifyAudit())
        }
        output.write(document) { document in
            if document["intact"]?.bool == true {
                return "the record is whole: \(document["entries"]?.integer ?? 0) entries, head \(document["head"]?.string ?? "")"
            }
            return "THE RECORD WAS CHANGED at entry \(document["sequence"]?.integer ?? 0): \(document["what"]?.string ?? "")"
        }
        if document["intact"]?.bool != true { throw ExitCode(CommandExit.error.rawValue) }
    }
}

/// A filter as the API takes it.
enum AuditQuery {
    static func text(_ filter: AuditFilter) -> String {
        var parts: [(String, String?)] = [
            ("environment", filter.environment), ("actor", filter.actor), ("action", filter.actionPrefix),
            ("release", filter.release.map(String.init)),
        ]
        parts.append(("from", filter.from.map { String($0.milliseconds) }))
        parts.append(("until", filter.until.map { String($0.milliseconds) }))
        return parts.compactMap { name, value in value.map { "&\(name)=\(urlEncoded($0))" } }.joined()
    }
}
