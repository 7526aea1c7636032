package import ArgumentParser
internal import Controller
internal import Delivery
internal import Foundation
internal import Manifests
internal import Observability

/// When something ends by itself.
package struct EndOptions: ParsableArguments {
    @Option(name: .customLong("for"), help: ArgumentHelp("How long, such as 90m or 12h.", valueName: "duration"))
    var duration: String?

    @Option(help: ArgumentHelp("When it ends, such as 2026-12-24T18:00:00Z.", valueName: "time"))
    var until: String?

    package init() {}

    package func validate() throws {
        if duration != nil, until != nil { throw ValidationError("--for and --until say the same; give one of them") }
        if let duration, (DurationText.parse(duration) ?? .zero) <= .zero {
            throw ValidationError("--for must be a duration such as 90m or 12h, not \"\(duration)\"")
        }
        if let until, RFC3339.unixMilliseconds(from: until) == nil {
            throw ValidationError("--until must be a time such as 2026-12-24T18:00:00Z, not \"\(until)\"")
        }
    }

    /// Of the body of a request.
    static func time(_ body: Value) -> Timestamp? {
        body["until"]?.string.flatMap { RFC3339.unixMilliseconds(from: $0) }.map { Timestamp(milliseconds: $0) }
    }

    /// For the body of a request.
    func end(from now: Date = Date()) -> Value? {
        if let until { return .string(until) }
        guard let duration = duration.flatMap({ DurationText.parse($0) }) else { return nil }
        let milliseconds = Int64(now.timeIntervalSince1970 * 1000) + duration.components.seconds * 1000
        return .string(RFC3339.string(fromUnixMilliseconds: milliseconds))
    }
}

/// Asking for one Environment to be stopped or let go again, with the controller or without it.
package struct StopOptions: ParsableArguments {
    @Argument(help: "The environment.")
    var environment: String

    @OptionGroup var acting: ActingOptions
    @OptionGroup var alone: AloneOptions

    package init() {}

    typealias Act = @Sendable (_ controller: Controller, _ environment: String, _ actor: Actor, _ reason: String) async throws -> Void

    func ask(_ route: String, _ body: Value = [:], _ act: @escaping Act) async throws {
        try await acting.ask(environment, route, body, orAlone: alone) { [environment, reason = acting.reason] alone in
            try await act(alone.controller, environment, alone.actor, reason)
        }
    }

    /// - Returns: the end in words, with a space before it.
    func stop(_ route: String, _ end: EndOptions, _ act: @escaping @Sendable (Timestamp?) -> Act) async throws -> String {
        guard !acting.reason.isEmpty else { throw CommandError(.usage, "say why: --reason; whoever waits will want to know") }
        var body: Value = [:]
        body["until"] = end.end()
        try await ask(route, body, act(EndOptions.time(body)))
        // One that stood already may last longer.
        return body["until"]?.string.map { " at least until \($0)" } ?? ""
    }
}

package struct HoldCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Let nothing move an environment forward; what is verified there is kept as it is.")

    @OptionGroup var options: StopOptions
    @OptionGroup var end: EndOptions

    package init() {}

    package func run() async throws {
        let until = try await options.stop("hold", end) { until in
            { try await $0.hold($1, until: until, by: $2, reason: $3) }
        }
        Terminal.line("\(options.environment) is held\(until). Lift: slipway resume \(options.environment)")
    }
}

package struct ResumeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "resume", abstract: "Lift the hold of an environment.")

    @OptionGroup var options: StopOptions

    package init() {}

    package func run() async throws {
        try await options.ask("resume") { try await $0.resume($1, by: $2, reason: $3) }
        let name = options.environment
        Terminal.line("\(name) moves again. What was quarantined stays so. Look: slipway status \(name)")
    }
}

package struct FreezeCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Let no release of an environment begin or go a step further; ways back pass.",
        discussion: "Like the freezes of promotion.freezes in environment.yaml, at once. Needs the role release-manager.")

    @OptionGroup var options: StopOptions
    @OptionGroup var end: EndOptions

    package init() {}

    package func run() async throws {
        let until = try await options.stop("freeze", end) { until in
            { try await $0.freeze($1, until: until, by: $2, reason: $3) }
        }
        Terminal.line("\(options.environment) is frozen\(until). Lift: slipway thaw \(options.environment)")
    }
}

package struct ThawCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "thaw", abstract: "Lift the freeze of an environment.")

    @OptionGroup var options: StopOptions

    package init() {}

    package func run() async throws {
        try await options.ask("thaw") { try await $0.thaw($1, by: $2, reason: $3) }
        Terminal.line("\(options.environment) is no longer frozen. Look: slipway status \(options.environment)")
    }
}

package struct QuarantineCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Ban a revision from an environment, take the ban back, or list what is banned.",
        discussion: "A ban is on what the revision renders to there, and so on every revision that renders to the same.")

    @Argument(help: "The environment.")
    var environment: String

    @Argument(help: "A revision that was seen (7 or more digits); without it, what is banned is listed.")
    var revision: String?

    @Flag(help: "Take the ban back.")
    var lift = false

    @OptionGroup var end: EndOptions
    @OptionGroup var acting: ActingOptions

    package init() {}

    package func run() async throws {
        guard let revision else { return try await list() }
        guard !acting.reason.isEmpty else { throw CommandError(.usage, "say why: --reason; it is audited") }
        var body: Value = ["revision": .string(revision), "lift": .bool(lift)]
        body["until"] = end.end()
        let answer = try await acting.post(environment, "quarantine", body)
        let short = answer["revision"]?["short"]?.string ?? revision
        Terminal.line("\(environment): \(short) is \(lift ? "no longer quarantined" : "quarantined")")
    }

    private func list() async throws {
        let answer: Value
        do {
            answer = try await acting.connection.client().get("/api/v1/environments/\(urlEncoded(environment))/quarantines")
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
        var table = Table(["REVISION", "SUBJECT", "SINCE", "UNTIL", "RELEASE", "REASON"])
        for each in answer["quarantines"]?.array ?? [] {
            table.add([
                each["revision"]?["short"]?.string ?? "", Terminal.harmless(each["revision"]?["subject"]?.string ?? ""),
                each["since"]?.string ?? "", each["until"]?.string ?? "-", "\(each["release"]?.integer ?? 0)",
                Terminal.harmless(each["reason"]?.string ?? ""),
            ])
        }
        Terminal.line(table.render())
    }
}
