package import ArgumentParser
internal import Console
internal import Journal
internal import Manifests

package struct AuditCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what, when and why; and whether that record is whole.",
        subcommands: [AuditList.self, AuditVerify.self],
        defaultSubcommand: AuditList.self)

    package init() {}
}

package struct AuditList: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "list", abstract: "The last entries of the record, oldest first.")

    @Option(help: "Only this environment.")
    var environment: String?

    @Option(help: "How many, up to 1000.")
    var limit = 50

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let filter = environment.map { "&environment=\(urlEncoded($0))" } ?? ""
        let document = try await Reading(connection: connection).ask("/api/v1/audit?limit=\(limit)\(filter)") { journal in
            let entries = try await journal.latestAuditEntries(filter: AuditFilter(environment: environment), limit: limit)
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
