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

package struct DeployCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Put a revision on its way again, or one that the rules hold back.",
        discussion: "Without --revision it takes what may come now: for a promoted environment, what the one before has verified.",
        aliases: ["promote"])

    @Argument(help: "The environment.")
    var environment: String

    @Option(help: "A revision that was seen; the newest that may come here if not given.")
    var revision: String?

    @Flag(help: "Against quarantine, hold, promotion order and windows; needs --reason and is audited.")
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

package struct RetryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let the last release of an environment go on where it failed.",
        discussion: """
            For a failure that was not the revision's: a node that was gone, a test that was wrong. A release that failed before it
            changed anything begins anew; one that was left as it is goes on in the phase that failed; a way back that failed goes on
            at its step. What held or quarantined the environment for this release is lifted, a way back keeps the hold.
            """)

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        let release = try await acting.post(environment, "retry")
        try await waiting.follow(release, over: acting.connection)
    }
}

package struct SkipCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "skip", abstract: "Pass over what a release waits for: a window, a freeze, a step, its verification or its soak.",
        discussion: "It needs the role release-manager and a reason, and is audited. Approvals and holds are not passed over.")

    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions
    @OptionGroup var waiting: WaitOptions

    package init() {}

    package func run() async throws {
        guard !acting.reason.isEmpty else { throw CommandError(.usage, "say why: --reason; it is audited") }
        let release = try await acting.post(environment, "skip")
        try await waiting.follow(release, over: acting.connection)
    }
}
