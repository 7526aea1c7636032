package import ArgumentParser
internal import Console
internal import Controller
internal import Manifests

package struct RollbackCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring an environment back, now.",
        discussion: """
            Applies a stored bundle that was verified here, with its configuration; Git is not needed. It takes the place of whatever
            runs, sets a hold so that nothing moves the environment forward, and quarantines what it leaves. Lift the hold with
            slipway resume. With --group all environments of a group go back together, and with --commit by one commit.

            With --commit the branch is brought back, too, once the environment is: a commit on top of its head restores the files that
            the environment is made from, and the hold ends when that commit comes to it. See slipway revert.

            Without a running controller the command does all of it by itself, with the configuration of the last one, or --config.
            """)

    @Argument(help: "The environment, or with --group the group.")
    var environment: String

    @Option(
        help: ArgumentHelp(
            "A revision (7 or more digits) or release number that was verified here, or previous; that is meant if nothing is given, and asked for by name once it has been gone back.",
            valueName: "revision")
    )
    var to: String?

    @Flag(help: "All environments of the group of this name, each to what was verified there before.")
    var group = false

    @Flag(name: .customLong("dry-run"), help: "Show what would change, and change nothing; exit code 3 when something would.")
    var isDryRun = false

    @Flag(help: "Do not quarantine what is left behind: it may be deployed again after resume.")
    var keep = false

    @Flag(name: .customLong("commit"), help: "Then push a commit that brings the branch back, and let it end the hold.")
    var commits = false

    @Flag(name: .customLong("include-shared"), help: "With --commit: also take back files that other environments are made from.")
    var includesShared = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var alone: AloneOptions

    package init() {}

    package func validate() throws {
        if group, to != nil { throw ValidationError("--to names a release of one environment; with --group each goes to its previous one") }
        if includesShared, !commits { throw ValidationError("--include-shared says what --commit takes back; it needs --commit") }
        if group, isDryRun { throw ValidationError("--dry-run shows one environment; name it without --group") }
    }

    package func run() async throws {
        try acting.requireShortReason()
        if isDryRun {
            try await Alone.orElse(alone, acting.connection, readOnly: true, ask: preview, act: preview)
        } else if group {
            try await Alone.orElse(alone, acting.connection, ask: rollBackGroup, act: rollBackGroup)
        } else {
            try await Alone.orElse(alone, acting.connection, ask: rollBack, act: rollBack)
        }
    }

    private func rollBack(over connection: ConnectionOptions) async throws {
        var body: Value = ["keepBundle": .bool(keep)]
        body["to"] = to.map { .string($0) }
        if commits { body["commit"] = true }
        if includesShared { body["includeShared"] = true }
        let release = try await acting.post(environment, "rollback", body, over: connection)
        try await waiting.follow(release, over: connection)
        if commits { try await RevertFollower.followAll([environment], of: nil, waiting, over: connection) }
    }

    private var commit: RollbackCommit { commits ? (includesShared ? .withShared : .ofItsOwn) : .none }

    private func rollBack(_ alone: Alone) async throws {
        let (environment, waiting, to, keep, reason) = (environment, waiting, to, keep, acting.reason)
        let commit = commit
        try await alone.lead({ [environment] }) { alone, names in
            let release = try await alone.controller.rollBackOrGoOn(
                environment, to: to, keepingBundle: keep, commit: commit, by: alone.actor, reason: reason)
            await alone.controller.work(on: names)
            try await waiting.follow(Documents.release(release), looking: alone.release)
            if commit != .none {
                Terminal.progress("the commit is made when the controller runs again; until then \(environment) stays held")
            }
        }
    }

    // MARK: Looking

    private func preview(over connection: ConnectionOptions) async throws {
        let query = to.map { "?to=\(urlEncoded($0))" } ?? ""
        try show(try await connection.client().get("/api/v1/environments/\(urlEncoded(environment))/rollback-plan\(query)"))
    }

    private func preview(_ alone: Alone) async throws {
        try await alone.controller.recall()
        try show(Documents.plan(try await alone.controller.rollbackPlan(environment, to: to, by: alone.actor)))
    }

    private func show(_ plan: Value) throws {
        Terminal.line(DiffCommand.render(plan))
        let changed = (plan["changes"]?.array ?? []).contains { $0["action"]?.string != "unchanged" }
        if changed { throw ExitCode(CommandExit.changesFound.rawValue) }
    }

    // MARK: Groups

    private func rollBackGroup(over connection: ConnectionOptions) async throws {
        var body: Value = ["keepBundle": .bool(keep), "reason": .string(acting.reason)]
        if commits { body["commit"] = true }
        if includesShared { body["includeShared"] = true }
        let answer = try await connection.client().post("/api/v1/groups/\(urlEncoded(environment))/rollback", body)
        let releases = answer["releases"]?.array ?? []
        try await Self.followAll(releases) { try await waiting.follow($0, over: connection) }
        guard commits else { return }
        let names = releases.compactMap { $0["environment"]?.string }
        try await RevertFollower.followAll(names, of: environment, waiting, over: connection)
    }

    private func rollBackGroup(_ alone: Alone) async throws {
        let (group, waiting, keep, reason) = (environment, waiting, keep, acting.reason)
        let commit = commit
        try await alone.lead({ try await alone.controller.environments(ofGroup: group) }) { alone, names in
            let releases = try await alone.controller.rollBack(
                group: group, keepingBundle: keep, commit: commit, by: alone.actor, reason: reason)
            await alone.controller.work(on: names)
            try await Self.followAll(releases.map(Documents.release)) { try await waiting.follow($0, looking: alone.release) }
            if commit != .none {
                Terminal.progress("the commit is made when the controller runs again; until then all of \(group) stay held")
            }
        }
    }

    /// Each is followed to its end, also when one before it went wrong.
    private static func followAll(_ releases: [Value], _ follow: (Value) async throws -> Void) async throws {
        var worst: CommandError?
        for release in releases {
            do {
                try await follow(release)
            } catch let error as CommandError {
                Terminal.progress(error.message)
                worst = worst ?? error
            }
        }
        if let worst { throw worst }
    }
}
