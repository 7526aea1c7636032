internal import Foundation
internal import Journal

/// For the crash tests: kills this very process, without a chance to tidy up, before or after the Nth write of the journal.
///
/// SLIPWAY_CRASH_AT is `before:N` or `after:N`. It can only ever harm the process that was started with it.
enum CrashPoint {
    static func fromEnvironment() -> (@Sendable (CommitMoment, Int64) -> Void)? {
        guard let text = ProcessInfo.processInfo.environment["SLIPWAY_CRASH_AT"] else { return nil }
        let parts = text.split(separator: ":")
        guard parts.count == 2, let target = Int64(parts[1]) else { return nil }
        let moment: CommitMoment = parts[0] == "before" ? .before : .after
        return { reached, number in
            if reached == moment, number == target { kill(getpid(), SIGKILL) }
        }
    }
}
