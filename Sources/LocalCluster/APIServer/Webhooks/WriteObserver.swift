internal import Manifests
internal import Synchronization

/// Watches one write on its way into the store, so that webhooks, which take time, can be asked between its rehearsal and the write itself.
final class WriteObserver: Sendable {
    /// Nothing is stored.
    let isRehearsal: Bool
    /// What is written in place of what the request says; nil: what it says.
    let replacement: Value?
    /// The revision that was rehearsed over; nil: none, or not known yet.
    private let rehearsed: String?
    private let seen = Mutex<(new: Value, old: Value?)?>(nil)
    private let overtaken = Mutex(false)

    static func rehearsal(of replacement: Value? = nil) -> WriteObserver {
        WriteObserver(isRehearsal: true, replacement: replacement, rehearsed: nil)
    }

    static func performance(of object: Value, over old: Value?) -> WriteObserver {
        WriteObserver(isRehearsal: false, replacement: object, rehearsed: old?.resourceVersion)
    }

    private init(isRehearsal: Bool, replacement: Value?, rehearsed: String?) {
        self.isRehearsal = isRehearsal
        self.replacement = replacement
        self.rehearsed = rehearsed
    }

    /// The object as it would be stored, and the one before; nil when the write changes nothing.
    var result: (new: Value, old: Value?)? { seen.withLock { $0 } }

    /// Whether somebody else wrote between the rehearsal and the write.
    var wasOvertaken: Bool { overtaken.withLock { $0 } }

    func look(_ new: Value, _ old: Value?, _ type: ResourceType) throws(APIError) {
        seen.withLock { $0 = (new, old) }
        guard !isRehearsal, let rehearsed, rehearsed != old?.resourceVersion else { return }
        overtaken.withLock { $0 = true }
        throw APIError.stale(type, new.name ?? "")
    }
}
