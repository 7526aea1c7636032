import Journal
import Synchronization

/// What the commit hook was called with, in order.
final class Counted: Sendable {
    private let list = Mutex<[String]>([])

    var moments: [String] { list.withLock { $0 } }

    func note(_ moment: CommitMoment, _ number: Int64) { list.withLock { $0.append("\(moment.rawValue) \(number)") } }
}
