internal import Synchronization

/// What a lane does or waits for at the moment, in words. Its worker writes it in the middle of long work.
package final class LaneNote: Sendable {
    private let text = Mutex("starting")

    var words: String { text.withLock { $0 } }
    func say(_ words: String) { text.withLock { $0 = words } }
}
