internal import ChildProcesses
internal import Foundation
internal import HTTPTransport

/// Runs a credential plugin. Injected, so that tests need no programs.
package struct ProgramRunner: Sendable {
    package enum Outcome: Sendable, Hashable {
        case output([UInt8])
        /// There is no such program, or it may not be run.
        case notStarted(reason: String)
        /// `errors` is the beginning of what it wrote there.
        case failed(status: Int, errors: String)
        case timedOut(after: Duration)
        case tooMuchOutput(bytes: Int)
    }

    package var run: @Sendable (_ plugin: CredentialPlugin, _ request: String) async -> Outcome

    package init(run: @escaping @Sendable (_ plugin: CredentialPlugin, _ request: String) async -> Outcome) {
        self.run = run
    }

    /// In a thread of its own, with this process' environment: a plugin looks for its own configuration and the home folder there.
    package static func live(limits: KubernetesLimits = KubernetesLimits()) -> ProgramRunner {
        ProgramRunner { plugin, request in
            await withCheckedContinuation { continuation in
                let isStarted = NativeThread.start(name: "credential-plugin") {
                    continuation.resume(returning: outcome(plugin, request, limits))
                }
                if !isStarted { continuation.resume(returning: .notStarted(reason: "the system grants no more threads")) }
            }
        }
    }

    private static func outcome(_ plugin: CredentialPlugin, _ request: String, _ limits: KubernetesLimits) -> Outcome {
        var variables = ProcessInfo.processInfo.environment
        for variable in plugin.environment { variables[variable.name] = variable.value }
        variables["KUBERNETES_EXEC_INFO"] = request
        let run: ProgramRun
        do throws(SystemFailure) {
            run = try ProgramRun.run(
                program: plugin.command, arguments: plugin.arguments, environment: variables.map { "\($0.key)=\($0.value)" },
                deadline: limits.pluginDeadline, outputBytes: limits.pluginOutputBytes)
        } catch {
            return .notStarted(reason: error.reason)
        }
        return switch run.ending {
        case .exited(status: 0): .output(run.output)
        case .exited(let status): .failed(status: status, errors: run.errors)
        case .timedOut: .timedOut(after: limits.pluginDeadline)
        case .tooMuchOutput: .tooMuchOutput(bytes: limits.pluginOutputBytes)
        }
    }
}
