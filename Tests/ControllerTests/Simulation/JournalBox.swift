import Journal
import Synchronization

/// The Journal of a controller that is being made.
final class JournalBox: Sendable {
    private let content = Mutex<Journal?>(nil)

    var journal: Journal? { content.withLock { $0 } }
    func set(_ journal: Journal) { content.withLock { $0 = journal } }
}
