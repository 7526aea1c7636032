internal import Synchronization

/// Collects the addresses of the listeners and tells when all are there.
final class ListeningPorts: Sendable {
    private let count: Int
    private let complete: @Sendable ([String: String]) -> Void
    private let opened = Mutex<[String: String]>([:])

    init(count: Int, complete: @escaping @Sendable ([String: String]) -> Void) {
        self.count = count
        self.complete = complete
    }

    func opened(_ name: String, at address: String) {
        let all = opened.withLock { opened in
            opened[name] = address
            return opened.count == count ? opened : nil
        }
        if let all { complete(all) }
    }
}
