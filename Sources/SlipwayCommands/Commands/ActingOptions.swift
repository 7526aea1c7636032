internal import ArgumentParser
internal import Controller
internal import Manifests

/// What every command that changes something takes.
package struct ActingOptions: ParsableArguments {
    @Option(help: "Why; it is kept in the audit record.")
    var reason = ""

    @OptionGroup var connection: ConnectionOptions

    package init() {}

    func post(_ environment: String, _ verb: String, _ body: Value = [:]) async throws -> Value {
        do {
            return try await post(environment, verb, body, over: connection)
        } catch let error as ControlClient.Unreachable {
            throw CommandError(.error, error.message)
        }
    }

    /// - Throws: `Unreachable` where no controller answers: the caller may act by itself.
    func post(_ environment: String, _ verb: String, _ body: Value = [:], over connection: ConnectionOptions) async throws -> Value {
        var body = body
        body["reason"] = .string(reason)
        return try await connection.client().post("/api/v1/environments/\(urlEncoded(environment))/\(verb)", body)
    }

    /// A request that is done when it is stored; without a controller it is stored here, and no lane begins to move.
    func ask(
        _ environment: String, _ verb: String, _ body: Value = [:], orAlone options: AloneOptions,
        _ act: @escaping @Sendable (Alone) async throws -> Void
    ) async throws {
        try requireShortReason()
        try await Alone.orElse(options, connection) { connection in
            _ = try await post(environment, verb, body, over: connection)
        } act: { alone in
            try await alone.lead({ [environment] }) { alone, _ in try await act(alone) }
        }
    }

    /// The API refuses a longer one too.
    func requireShortReason() throws(CommandError) {
        guard reason.count > Limits.reasonCharacters else { return }
        throw CommandError(.usage, "the reason has \(reason.count) characters; at most \(Limits.reasonCharacters)")
    }
}

/// Whether to stay until a Release has ended.
package struct WaitOptions: ParsableArguments {
    @Flag(name: .customLong("no-wait"), help: "Return as soon as the request is taken.")
    var returnsAtOnce = false

    @Option(help: "Give up waiting after so many seconds (the release itself goes on); exit code 5.")
    var timeout = 900

    package init() {}

    /// Follows a Release to its end, a line a phase, and turns its outcome into the exit code.
    func follow(_ release: Value, over connection: ConnectionOptions) async throws {
        try await follow(release) { id in
            do {
                return try await connection.client().get("/api/v1/releases/\(id)")
            } catch let error as ControlClient.Unreachable {
                throw CommandError(.error, "\(error.message) (release \(id) goes on when it runs again)")
            }
        }
    }

    /// - Parameter look: where the Release stands now.
    func follow(_ release: Value, looking look: (_ id: Int64) async throws -> Value) async throws {
        let id = release["id"]?.integer ?? 0
        let environment = release["environment"]?.string ?? ""
        Terminal.progress(
            "release \(id): \(environment) to \(release["revision"]?["short"]?.string ?? "") \"\(Terminal.harmless(release["revision"]?["subject"]?.string ?? ""))\""
        )
        if returnsAtOnce { return }
        let clock = ContinuousClock()
        let started = clock.now
        var last = ""
        while clock.now - started < .seconds(timeout) {
            let now = try await look(id)
            let phase = [now["phase"]?.string, now["rollbackStep"]?.string].compactMap(\.self).joined(separator: " ")
            let words = [phase, now["waitsFor"]?.string, now["lastError"]?.string].compactMap(\.self).joined(separator: ": ")
            if words != last {
                let seconds = (clock.now - started).components.seconds
                Terminal.progress("  \(seconds)s  \(Terminal.harmless(words))")
                last = words
            }
            if let outcome = try outcome(of: now) { return Terminal.line(outcome) }
            try await Task.sleep(for: .milliseconds(300))
        }
        throw CommandError(.timedOut, "release \(id) has not ended after \(timeout) s; it goes on. Look: slipway status \(environment)")
    }

    private func outcome(of release: Value) throws(CommandError) -> String? {
        let environment = release["environment"]?.string ?? ""
        let revision = release["revision"]?["short"]?.string ?? ""
        let why = release["failure"]?["message"]?.string ?? ""
        switch release["phase"]?.string {
        case "verified": return "\(environment) runs \(revision), verified"
        case "rolledBack", "failed":
            throw CommandError(.gateFailed, "\(environment): \(revision) \(release["phase"]?.string ?? ""): \(why)")
        case "rollbackFailed":
            throw CommandError(.gateFailed, "\(environment): the way back FAILED: \(why). Look: slipway status \(environment)")
        case "superseded":
            throw CommandError(.error, "\(environment): another release took the place of this one. Look: slipway status \(environment)")
        case "cancelled": throw CommandError(.error, "\(environment): the release was cancelled")
        default: return nil
        }
    }
}
