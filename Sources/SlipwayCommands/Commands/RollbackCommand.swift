package import ArgumentParser
internal import Manifests

package struct RollbackCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring an environment back, now.",
        discussion: """
            Applies a stored bundle that was verified here, with its configuration; Git is not needed. It takes the place of whatever
            runs, sets a hold so that nothing moves the environment forward, and quarantines what it leaves. Lift the hold with
            slipway resume. With --group all environments of a group go back together.
            """)

    @Argument(help: "The environment, or with --group the group.")
    var environment: String

    @Option(
        help: ArgumentHelp(
            "A revision (7 or more digits) or release number that was verified here, or previous, which is meant if nothing is given.",
            valueName: "revision")
    )
    var to: String?

    @Flag(help: "All environments of the group of this name, each to what was verified there before.")
    var group = false

    @Flag(name: .customLong("dry-run"), help: "Show what would change, and change nothing; exit code 3 when something would.")
    var isDryRun = false

    @Flag(help: "Do not quarantine what is left behind: it may be deployed again after resume.")
    var keep = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func validate() throws {
        if group, to != nil { throw ValidationError("--to names a release of one environment; with --group each goes to its previous one") }
        if group, isDryRun { throw ValidationError("--dry-run shows one environment; name it without --group") }
    }

    package func run() async throws {
        if isDryRun { return try await preview() }
        if group { return try await rollBackGroup() }
        var body: Value = ["keepBundle": .bool(keep)]
        body["to"] = target.map { .string($0) }
        let release = try await acting.post(environment, "rollback", body)
        try await waiting.follow(release, over: acting.connection)
    }

    private var target: String? { to == "previous" ? nil : to }

    private func preview() async throws {
        let query = target.map { "?to=\(urlEncoded($0))" } ?? ""
        let plan: Value
        do {
            plan = try await acting.connection.client().get("/api/v1/environments/\(urlEncoded(environment))/rollback-plan\(query)")
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        Terminal.line(DiffCommand.render(plan))
        let changed = (plan["changes"]?.array ?? []).contains { $0["action"]?.string != "unchanged" }
        if changed { throw ExitCode(CommandExit.changesFound.rawValue) }
    }

    private func rollBackGroup() async throws {
        let answer: Value
        do {
            answer = try await acting.connection.client().post(
                "/api/v1/groups/\(urlEncoded(environment))/rollback", ["keepBundle": .bool(keep), "reason": .string(acting.reason)])
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        // Each is followed to its end, also when one before it went wrong.
        var worst: CommandError?
        for release in answer["releases"]?.array ?? [] {
            do {
                try await waiting.follow(release, over: acting.connection)
            } catch let error as CommandError {
                Terminal.progress(error.message)
                worst = worst ?? error
            }
        }
        if let worst { throw worst }
    }
}
