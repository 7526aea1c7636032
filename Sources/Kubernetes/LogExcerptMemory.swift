internal import Health
internal import Synchronization

/// The last log lines of failed containers, so that a failure that stays is not read again with every look at it.
final class LogExcerptMemory: Sendable {
    struct Key: Hashable {
        var source: LogSource
        /// The Pod's resourceVersion: another instance of the container is another status.
        var version: String
    }

    private let known = Mutex<[Key: String]>([:])

    subscript(_ key: Key) -> String? { known.withLock { $0[key] } }

    func remember(_ excerpt: String, _ key: Key) {
        known.withLock { known in
            if known.count >= EnvironmentLimits.rememberedExcerpts { known = [:] }
            known[key] = excerpt
        }
    }
}
