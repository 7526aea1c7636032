package import ArgumentParser
internal import Manifests

package struct ApproveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Say yes to the exact plan that waits in an environment.",
        discussion: "Look at it first: slipway diff ENVIRONMENT. With --plan the approval counts for that plan only.")

    @Argument(help: "The environment.")
    var environment: String

    @Option(help: ArgumentHelp("The plan that you looked at: the first 12 or more digits of its hash.", valueName: "hash"))
    var plan: String?

    @Flag(help: "Stay until the release has ended.")
    var wait = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        var body: Value = [:]
        body["planHash"] = plan.map { .string($0) }
        let release = try await acting.post(environment, "approve", body)
        Terminal.line(
            "approved: \(environment) release \(release["id"]?.integer ?? 0), plan \(release["planHash"]?.string?.prefix(12) ?? "")")
        if wait { try await waiting.follow(release, over: acting.connection) }
    }
}

package struct RollbackCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring an environment back, now.",
        discussion: """
            Applies a stored bundle that was verified here, with its configuration; Git is not needed. It takes the place of whatever
            runs, sets a hold so that nothing moves the environment forward, and quarantines what it leaves. Lift the hold with
            slipway resume.
            """)

    @Argument(help: "The environment.")
    var environment: String

    @Option(
        help: ArgumentHelp(
            "A revision (7 or more digits) or release number that was verified here; the previous one if not given.", valueName: "revision")
    )
    var to: String?

    @Flag(help: "Do not quarantine what is left behind: it may be deployed again after resume.")
    var keep = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        var body: Value = ["keepBundle": .bool(keep)]
        body["to"] = to.map { .string($0) }
        let release = try await acting.post(environment, "rollback", body)
        try await waiting.follow(release, over: acting.connection)
    }
}

package struct DeployCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Put a revision on its way again, or one that the rules hold back.")

    @Argument(help: "The environment.")
    var environment: String

    @Option(help: "A revision that was seen; the newest that may come here if not given.")
    var revision: String?

    @Flag(help: "Against quarantine, hold and promotion order; needs --reason and is audited.")
    var force = false

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        var body: Value = ["force": .bool(force)]
        body["revision"] = revision.map { .string($0) }
        let release = try await acting.post(environment, "deploy", body)
        try await waiting.follow(release, over: acting.connection)
    }
}

package struct HoldCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Let nothing move an environment forward; what is verified there is kept as it is.")

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions

    package init() {}

    package func run() async throws {
        guard !acting.reason.isEmpty else { throw CommandError(.usage, "say why: --reason; whoever finds the hold will want to know") }
        _ = try await acting.post(environment, "hold")
        Terminal.line("\(environment) is held. Lift: slipway resume \(environment)")
    }
}

package struct ResumeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "resume", abstract: "Lift the hold of an environment.")

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions

    package init() {}

    package func run() async throws {
        _ = try await acting.post(environment, "resume")
        Terminal.line("\(environment) moves again. What was quarantined stays so. Look: slipway status \(environment)")
    }
}

package struct CancelCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a release that has not begun to change anything.")

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions

    package init() {}

    package func run() async throws {
        let release = try await acting.post(environment, "cancel")
        Terminal.line("\(environment): release \(release["id"]?.integer ?? 0) is cancelled")
    }
}
