package import ArgumentParser
internal import Manifests

package struct RevertCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "revert", abstract: "Commit a rollback to the branch, so that its hold can end.",
        discussion: """
            For an environment that went back, by hand or by itself, and is held since. On top of the branch's head a commit restores all
            files that the environment is made from, as they were in the revision that runs; it is pushed only when it renders to exactly
            what runs, and never with force. The hold ends when that commit is what would come to the environment next. What was
            quarantined stays so.

            It is refused when other environments would change by it, because they are made from the same files: --include-shared takes
            them along. The controller's credentials for the repository need the right to push. With --group one commit brings back all
            environments of a group. While the remote cannot be reached the commit is tried again by itself.
            """)

    @Argument(help: "The environment, or with --group the group.")
    var environment: String

    @Flag(help: "All environments of the group of this name, by one commit.")
    var group = false

    @Flag(name: .customLong("include-shared"), help: "Also take back files that other environments are made from.")
    var includesShared = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        try acting.requireShortReason()
        var names = [environment]
        if group {
            let answer = try await acting.connection.client().post(
                "/api/v1/groups/\(urlEncoded(environment))/revert",
                ["includeShared": .bool(includesShared), "reason": .string(acting.reason)])
            names = (answer["environments"]?.array ?? []).compactMap(\.string)
        } else {
            _ = try await acting.post(environment, "revert", ["includeShared": .bool(includesShared)])
        }
        try await RevertFollower.followAll(names, of: group ? environment : nil, waiting, over: acting.connection)
    }
}

/// Follows the commit of a rollback until it is pushed or not.
struct RevertFollower {
    let environment: String
    /// That it goes back with.
    let group: String?
    let waiting: WaitOptions

    private var again: String { "slipway revert \(group.map { "\($0) --group" } ?? environment)" }

    /// Each to its end, also when one before it went wrong.
    static func followAll(_ names: [String], of group: String?, _ waiting: WaitOptions, over connection: ConnectionOptions) async throws {
        var worst: CommandError?
        for (index, name) in names.enumerated() {
            do {
                try await RevertFollower(environment: name, group: group, waiting: waiting).follow(over: connection)
            } catch let error as CommandError {
                if index < names.count - 1 { Terminal.progress(error.message) }
                worst = error
            }
        }
        if let worst { throw worst }
    }

    func follow(over connection: ConnectionOptions) async throws {
        if waiting.returnsAtOnce { return }
        let clock = ContinuousClock()
        let started = clock.now
        var isDelayed = false
        while clock.now - started < .seconds(waiting.timeout) {
            let status: Value
            do {
                status = try await connection.client().get("/api/v1/status")
            } catch let error as ControlClient.Unreachable {
                throw CommandError(.error, "\(error.message) (the commit is made when it runs again)")
            }
            let state = status["environments"]?.array?.first { $0["name"]?.string == environment }
            let branch = status["repository", "branch"]?.string ?? "the branch"
            guard let hold = state?["hold"] else {
                return Terminal.line("\(branch) renders to what runs in \(environment), and the hold is lifted")
            }
            switch hold["revert"]?["step"]?.string {
            case "pushed":
                let commit = hold["revert"]?["commit"]?.string?.prefix(10) ?? ""
                return Terminal.line("commit \(commit) brings \(branch) back; the hold ends when it comes to \(environment)")
            case "failed":
                let message = Terminal.harmless(hold["revert"]?["message"]?.string ?? "")
                throw CommandError(
                    .error,
                    "\(environment) is rolled back and stays held, and \(branch) has no commit of it: \(message). Again: \(again)"
                )
            case "asked":
                if !isDelayed, let error = hold["revert"]?["lastError"]?.string {
                    isDelayed = true
                    Terminal.progress("not committed yet, and tried again by itself: \(Terminal.harmless(error))")
                }
            default:
                throw CommandError(.error, "\(environment) was held anew by somebody else. Look: slipway status \(environment)")
            }
            try await Task.sleep(for: .milliseconds(300))
        }
        throw CommandError(
            .timedOut, "the commit is not made after \(waiting.timeout) s; it is still tried. Look: slipway status \(environment)")
    }
}
