package import ArgumentParser
internal import Console
internal import Journal
internal import Manifests

package struct HistoryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "history", abstract: "The releases of an environment, newest first.")

    @Argument(help: "Only this environment.")
    var environment: String?

    @Option(help: "How many, up to 500.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let filter = environment.map { "&environment=\(urlEncoded($0))" } ?? ""
        let document = try await Reading(connection: connection).ask("/api/v1/history?limit=\(limit)\(filter)") { journal in
            ["releases": .array(try await journal.releases(environment: environment, limit: limit).map(Documents.release))]
        }
        output.write(document) { document in
            var table = Table(["RELEASE", "ENVIRONMENT", "KIND", "REVISION", "SUBJECT", "OUTCOME", "BY", "AT", "WHY"])
            for release in document["releases"]?.array ?? [] {
                table.add([
                    "\(release["id"]?.integer ?? 0)", release["environment"]?.string ?? "", release["kind"]?.string ?? "",
                    release["revision"]?["short"]?.string ?? "", release["revision"]?["subject"]?.string ?? "",
                    release["phase"]?.string ?? "",
                    release["requestedBy"]?.string ?? "", release["createdAt"]?.string ?? "",
                    release["failure"]?["message"]?.string ?? release["reason"]?.string ?? "",
                ])
            }
            return table.render()
        }
    }
}
