internal import Logging
internal import Manifests

/// Removes Events that are older than their time to live, as an API server does.
struct EventExpiry: Sendable {
    let store: ObjectStore
    let logger: Logger

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: ControllerLimits.eventExpiryInterval) } catch { return }
            let now = store.environment.now()
            for event in store.list(.events).items where Self.isExpired(event, now: now) {
                do throws(APIError) {
                    try store.remove(.events, event)
                } catch {
                    logger.warning(
                        "cannot remove an Event that has expired", metadata: ["event": "\(event.name ?? "")", "error": "\(error)"])
                }
            }
        }
    }

    /// Its age counts from the last time that it was told.
    static func isExpired(_ event: Value, now: Timestamp) -> Bool {
        let told = ["lastTimestamp", "eventTime", "firstTimestamp"].compactMap { event[$0]?.string.flatMap(Timestamp.init(rfc3339:)) }
        let series = event["series"]?["lastObservedTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        guard let last = (told + [series, event.creationTimestamp].compactMap { $0 }).max() else { return false }
        return now - last > ControllerLimits.eventLifetime
    }
}
