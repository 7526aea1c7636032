internal import HTTPTransport
internal import Health
internal import Manifests

/// Writes Events (core/v1, as `kubectl describe` looks for them). The same Event once more within a while only raises the count of the
/// first, as the API's conventions ask for.
package actor EventRecorder {
    private struct Written {
        var name: String
        var count: Int64
        var first: Int64
        var last: Int64
    }

    private let client: KubernetesClient
    private var written: [ClusterEvent: Written] = [:]

    package init(client: KubernetesClient) {
        self.client = client
    }

    /// An Event lies in the namespace of what it is about, so there is none for a cluster-scoped object.
    package func record(_ event: ClusterEvent) async throws(KubernetesError) {
        let namespace = event.regarding.namespace
        guard !namespace.isEmpty else { return }
        let now = client.sender.environment.unixSeconds()
        written = written.filter { now - $0.value.last <= EventLimits.seriesSeconds }
        if var series = written[event] {
            series.count += 1
            series.last = now
            let id = ObjectIdentity(group: "", kind: "Event", namespace: namespace, name: series.name)
            do throws(KubernetesError) {
                let patch: Value = ["count": .integer(series.count), "lastTimestamp": .string(KubernetesTime.text(now))]
                _ = try await client.patch(id, patch)
                written[event] = series
                return
            } catch {
                guard error.code == .notFound else { throw error }  // Events go after an hour: a new one then
            }
        }
        let name = "\(event.regarding.name.prefix(EventLimits.nameCharacters)).\(Self.suffix(event, now))"
        let live = try await client.get(event.regarding)
        _ = try await client.create(Self.object(event, name: name, live: live, at: now))
        if written.count >= EventLimits.series { written = [:] }
        written[event] = Written(name: name, count: 1, first: now, last: now)
    }

    /// Unlike every other Event's of this object and moment.
    private static func suffix(_ event: ClusterEvent, _ now: Int64) -> String {
        String(SHA256.hex(Array("\(now) \(event.reason) \(event.message)".utf8)).prefix(16))
    }

    static func object(_ event: ClusterEvent, name: String, live: Value?, at now: Int64) -> Value {
        let time = Value.string(KubernetesTime.text(now))
        let namespace = Value.string(event.regarding.namespace)
        var regarding: Value = [
            "kind": .string(event.regarding.kind), "name": .string(event.regarding.name), "namespace": namespace,
        ]
        if let apiVersion = live?.apiVersion { regarding["apiVersion"] = .string(apiVersion) }
        // `kubectl describe` asks for Events by the object's UID.
        if let uid = live?.uid { regarding["uid"] = .string(uid) }
        if let version = live?.resourceVersion { regarding["resourceVersion"] = .string(version) }
        let message = event.message.utf8.count > EventLimits.messageBytes ? shortened(event.message) : event.message
        return [
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": .string(name), "namespace": namespace],
            "involvedObject": regarding, "type": .string(event.kind.rawValue), "reason": .string(event.reason),
            "message": .string(message), "count": 1, "firstTimestamp": time, "lastTimestamp": time,
            "source": ["component": "slipway"], "reportingComponent": "slipway", "reportingInstance": "slipway",
        ]
    }

    private static func shortened(_ text: String) -> String {
        var short = ""
        for character in text {
            guard short.utf8.count + character.utf8.count + 3 <= EventLimits.messageBytes else { break }
            short.append(character)
        }
        return short + "..."
    }
}

/// Limits of Events, with their reasons.
enum EventLimits {
    /// An equal Event within this time belongs to the same series.
    static let seriesSeconds: Int64 = 600
    /// Series that are remembered; more than one Environment has at a time.
    static let series = 200
    /// The API server refuses longer messages (validation of events.k8s.io/v1).
    static let messageBytes = 1024
    /// Of the object's name in the Event's: a name has 253 at most.
    static let nameCharacters = 200
}
