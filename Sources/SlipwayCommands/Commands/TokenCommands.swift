package import ArgumentParser
internal import Manifests

package struct TokenCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Bearer tokens for the HTTP API: make, list and end them.",
        discussion: "They need the role admin in every environment.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])

    package init() {}
}

package struct TokenCreate: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token; it is shown once, alone on standard output.",
        discussion: """
            To renew one, create a second of the same name without --roles and --environments, bring it to where the first is used,
            then revoke the first by its number.
            """)

    @Argument(help: "Who bears it: token:NAME in grants and in the audit record.")
    var name: String

    @Option(help: ArgumentHelp("Separated by commas, such as deployer,approver.", valueName: "roles"))
    var roles: String?

    @Option(help: ArgumentHelp("Where, separated by commas, such as staging,prod-*; everywhere if not given.", valueName: "environments"))
    var environments: String?

    @Option(help: ArgumentHelp("For how long, such as 30d or 12h.", valueName: "duration"))
    var expires = "90d"

    @OptionGroup var acting: ActingOptions

    package init() {}

    package func validate() throws {
        if DurationText.parseDays(expires) == nil {
            throw ValidationError("--expires must be a duration such as 30d or 12h, not \"\(expires)\"")
        }
    }

    package func run() async throws {
        var body: Value = ["name": .string(name), "expiresIn": .string(expires), "reason": .string(acting.reason)]
        body["roles"] = roles.map(Self.list)
        body["environments"] = environments.map(Self.list)
        let token = try await acting.connection.post("/api/v1/tokens", body)
        Terminal.progress(
            "token \(token["number"]?.integer ?? 0) of \(name), until \(token["expiresAt"]?.string ?? ""). It is not shown again:")
        Terminal.line(token["token"]?.string ?? "")
    }

    private static func list(_ text: String) -> Value {
        .array(text.split(separator: ",").map { .string(String($0.drop { $0 == " " })) })
    }
}

package struct TokenList: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All tokens that were made here, without the tokens themselves.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    package init() {}

    package func run() async throws {
        let document: Value
        do {
            document = try await connection.client().get("/api/v1/tokens")
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        output.write(document) { document in
            var table = Table(["NUMBER", "NAME", "STATE", "ROLES", "ENVIRONMENTS", "EXPIRES", "LAST USED", "BY"])
            for token in document["tokens"]?.array ?? [] {
                let environments = Self.words(token["environments"])
                table.add([
                    "\(token["number"]?.integer ?? 0)", token["name"]?.string ?? "", token["state"]?.string ?? "",
                    Self.words(token["roles"]),
                    environments.isEmpty ? "all" : environments, token["expiresAt"]?.string ?? "", token["lastUsedAt"]?.string ?? "-",
                    token["createdBy"]?.string ?? "",
                ])
            }
            return table.render()
        }
    }

    private static func words(_ list: Value?) -> String { (list?.array ?? []).compactMap(\.string).joined(separator: ",") }
}

package struct TokenRevoke: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a token at once.")

    @Argument(help: "Its number, or the name of all that have it.")
    var token: String

    @OptionGroup var acting: ActingOptions

    package init() {}

    package func run() async throws {
        let answer = try await acting.connection.post("/api/v1/tokens/\(urlEncoded(token))/revoke", ["reason": .string(acting.reason)])
        let numbers = (answer["revoked"]?.array ?? []).compactMap(\.integer).map(String.init).joined(separator: ", ")
        Terminal.line("revoked: token \(numbers)")
    }
}

extension ConnectionOptions {
    fileprivate func post(_ path: String, _ body: Value) async throws -> Value {
        do {
            return try await client().post(path, body)
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
    }
}
