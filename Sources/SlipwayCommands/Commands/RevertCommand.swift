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
            them along. The controller's credentials for the repository need the right to push.
            """)

    @Argument(help: "The environment.")
    var environment: String

    @Flag(name: .customLong("include-shared"), help: "Also take back files that other environments are made from.")
    var includesShared = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        try acting.requireShortReason()
        _ = try await acting.post(environment, "revert", ["includeShared": .bool(includesShared)])
        try await RevertFollower(environment: environment, waiting: waiting).follow(over: acting.connection)
    }
}

/// Follows the commit of a rollback until it is pushed or not.
struct RevertFollower {
    let environment: String
    let waiting: WaitOptions

    func follow(over connection: ConnectionOptions) async throws {
        if waiting.returnsAtOnce { return }
        let clock = ContinuousClock()
        let started = clock.now
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
                    "\(environment) is rolled back and stays held, and \(branch) has no commit of it: \(message). Again: slipway revert \(environment)"
                )
            case "asked": break
            default:
                throw CommandError(.error, "\(environment) was held anew by somebody else. Look: slipway status \(environment)")
            }
            try await Task.sleep(for: .milliseconds(300))
        }
        throw CommandError(
            .timedOut, "the commit is not made after \(waiting.timeout) s; it is still tried. Look: slipway status \(environment)")
    }
}
