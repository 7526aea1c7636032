package import ArgumentParser
internal import Console
internal import Journal
internal import Manifests

package struct OutboxCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "The notifications that wait or were given up; send those again.",
        subcommands: [OutboxList.self, OutboxReplay.self], defaultSubcommand: OutboxList.self)

    package init() {}
}

package struct OutboxList: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What waits and what was given up (dead), newest first.")

    @Flag(help: "What was delivered or superseded too.")
    var all = false

    @Option(help: "How many, up to 1000.")
    var limit = 50

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let document = try await Reading(connection: connection).ask("/api/v1/outbox?limit=\(limit)&all=\(all)") { journal in
            let states: Set<NoticeDelivery.State> = all ? Set(NoticeDelivery.State.allCases) : [.pending, .dead]
            return OutboxDocuments.outbox(
                try await journal.deliveries(in: states, limit: min(max(limit, 1), 1000)), try await journal.outboxSummary())
        }
        output.write(document) { document in
            let deliveries = document["deliveries"]?.array ?? []
            guard !deliveries.isEmpty else { return all ? "the outbox is empty" : "nothing waits, and nothing was given up" }
            var table = Table(["ID", "CHANNEL", "STATE", "TRIES", "AT", "ENVIRONMENT", "EVENT", "TEXT", "LAST ERROR"])
            for delivery in deliveries {
                table.add([
                    "\(delivery["id"]?.integer ?? 0)", delivery["channel"]?.string ?? "", delivery["state"]?.string ?? "",
                    "\(delivery["attempts"]?.integer ?? 0)", delivery["at"]?.string ?? "", delivery["environment"]?.string ?? "",
                    delivery["event"]?.string ?? "", String((delivery["text"]?.string ?? "").prefix(60)),
                    delivery["lastError"]?.string ?? "-",
                ])
            }
            return table.render()
        }
    }
}

package struct OutboxReplay: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Send dead letters again, now and as often as the first time.",
        discussion: "They keep their keys: a service that has one already takes it as the same. What is out of date by now is not sent.")

    @Argument(help: ArgumentHelp("The numbers that slipway outbox shows.", valueName: "id"))
    var ids: [Int64] = []

    @Flag(help: "All dead letters.")
    var all = false

    @Option(help: "Why; it is kept in the audit record.")
    var reason = ""

    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func validate() throws {
        if all == !ids.isEmpty { throw ValidationError("Name the dead letters, or say --all.") }
    }

    package func run() async throws {
        var body: Value = ["reason": .string(reason)]
        if all { body["all"] = true } else { body["deliveries"] = .array(ids.map { .integer($0) }) }
        let answer: Value
        do {
            answer = try await connection.client().post("/api/v1/outbox/replay", body)
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        let replayed = (answer["replayed"]?.array ?? []).compactMap(\.integer)
        let missing = ids.filter { !replayed.contains($0) }
        Terminal.line(
            replayed.isEmpty ? "there are no dead letters" : "sent again: \(replayed.map(String.init).joined(separator: ", "))")
        if !missing.isEmpty {
            throw CommandError(.error, "no dead letters of a configured channel: \(missing.map(String.init).joined(separator: ", "))")
        }
    }
}
