package import Delivery
internal import Manifests

/// Runs an executable of the repository as a test: its exit code is the verdict, its last lines are the reason.
package struct HookRunner: Sendable {
    private let isAllowed: Bool
    private let redact: @Sendable (String) -> [String]

    /// - Parameter redact: the last lines of an output, as they may be shown.
    package init(isAllowed: Bool, redact: @escaping @Sendable (String) -> [String]) {
        self.isAllowed = isAllowed
        self.redact = redact
    }

    package func run(
        _ hook: EnvironmentPolicy.Verification.Hook, of facts: ReleaseFacts,
        readFile: @Sendable (String) async throws(VerificationError) -> [UInt8]
    ) async -> GateResult {
        guard isAllowed else {
            return result(
                hook, .error,
                "is not run: the controller's configuration does not allow executables of the repository (hooks: {allow: true})")
        }
        let bytes: [UInt8]
        do throws(VerificationError) {
            bytes = try await readFile(hook.path)
        } catch {
            return result(hook, error.isTransient ? .noData : .error, error.message)
        }
        let name = hook.path.split(separator: "/").last.map(String.init) ?? "hook"
        let run = await HookRun.run(
            executable: bytes, name: name, arguments: hook.arguments, variables: facts.variables, timeout: hook.timeout)
        let lines = redact(run.output).map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
        let words = lines.isEmpty ? "" : ": \(lines.suffix(5).joined(separator: " | "))"
        switch run.ending {
        case .exited(status: 0): return result(hook, .pass, "ended with 0\(words)")
        case .exited(let status) where status > 128: return result(hook, .fail, "was ended by signal \(status - 128)\(words)")
        case .exited(let status): return result(hook, .fail, "ended with \(status)\(words)")
        case .timedOut: return result(hook, .fail, "did not end within \(DurationText.string(hook.timeout))\(words)")
        case .tooMuchOutput:
            return result(hook, .fail, "wrote more than \(VerificationLimits.hookOutputBytes) bytes and was ended\(words)")
        case .cancelled: return result(hook, .pending, "was interrupted")
        case .notStarted(let reason): return result(hook, .error, "could not be started: \(reason)")
        }
    }

    private func result(
        _ hook: EnvironmentPolicy.Verification.Hook, _ outcome: GateResult.Outcome, _ reason: String
    ) -> GateResult { GateResult(.hook, hook.path, outcome, reason) }
}
