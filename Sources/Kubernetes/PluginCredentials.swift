/// What a credential plugin gave, kept until it expires. However many requests wait for it, the program runs once.
actor PluginCredentials {
    private typealias Issued = Result<ExecCredential, KubernetesError>

    private let limits: KubernetesLimits
    private let environment: ClientEnvironment
    /// Of this generation, which a refusal ends.
    private var issued: (credential: ExecCredential, generation: Int)?
    private var failure: (error: KubernetesError, at: ContinuousClock.Instant)?
    private var running: (task: Task<Issued, Never>, generation: Int)?

    init(limits: KubernetesLimits, environment: ClientEnvironment) {
        self.limits = limits
        self.environment = environment
    }

    /// - Parameter limit: how long the caller can wait. A program that takes longer goes on, and the next caller has what it gave.
    func current(
        _ plugin: CredentialPlugin, generation: Int, within limit: Duration
    ) async throws(KubernetesError) -> ExecCredential {
        if let issued, issued.generation >= generation, isFresh(issued.credential) { return issued.credential }
        if let failure, environment.now() - failure.at < limits.pluginFailurePause { throw failure.error }
        let run: (task: Task<Issued, Never>, generation: Int)
        if let running, running.generation >= generation {
            run = running
        } else {
            let (limits, runner) = (limits, environment.programs)
            run = (Task { await Self.run(plugin, runner, limits) }, generation)
            running = run
        }
        guard let result = await TaskWait.value(of: run.task, atMost: limit) else {
            if Task.isCancelled { throw .cancelled(CallSubject("wait for", "the credential plugin \(plugin.command)")) }
            throw plugin.failed("did not answer within the call's deadline", isTransient: true)
        }
        if running?.task == run.task {
            running = nil
            switch result {
            case .success(let credential):
                issued = (credential, run.generation)
                failure = nil
            case .failure(let error): failure = (error, environment.now())
            }
        }
        return try result.get()
    }

    private func isFresh(_ credential: ExecCredential) -> Bool {
        guard let expires = credential.expires else { return true }
        return environment.unixSeconds() < expires - limits.pluginExpiryMargin
    }

    private static func run(_ plugin: CredentialPlugin, _ runner: ProgramRunner, _ limits: KubernetesLimits) async -> Issued {
        do throws(KubernetesError) {
            switch await runner.run(plugin, plugin.request) {
            case .output(let answer): return .success(try ExecCredential(answer: answer, of: plugin))
            case .notStarted(let reason):
                let hint = plugin.installHint.isEmpty ? "" : ". \(plugin.installHint.prefix(limits.pluginMessageCharacters))"
                throw plugin.failed("cannot be started: \(reason)\(hint)")
            case .failed(let status, let errors):
                // Most plugins ask a service, which may be back in a moment.
                throw plugin.failed("ended with status \(status)\(Self.words(errors, limits))", isTransient: true)
            case .timedOut(let limit): throw plugin.failed("did not answer within \(limit)", isTransient: true)
            case .tooMuchOutput(let bytes): throw plugin.failed("wrote more than \(bytes) bytes")
            }
        } catch {
            return .failure(error)
        }
    }

    /// Its last lines of errors on one line, with what looks like a credential masked.
    private static func words(_ errors: String, _ limits: KubernetesLimits) -> String {
        let lines = LogExcerpt(secrets: KnownSecrets()).lines(of: errors).map(\.trimmed).filter { !$0.isEmpty }
        return lines.isEmpty ? " and said nothing" : ": " + String(lines.joined(separator: " / ").prefix(limits.pluginMessageCharacters))
    }
}
