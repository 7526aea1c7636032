package import Logging
package import Manifests

/// Writes `Event` objects. The same event about the same object is counted on, not written again.
package actor EventRecorder {
    package enum Kind: String, Sendable { case normal = "Normal", warning = "Warning" }

    private struct Identity: Hashable {
        let uid: String
        let fieldPath: String
        let component: String
        let kind: Kind
        let reason: String
        let message: String
    }

    private struct Written {
        let key: NamespacedName
        var last: Timestamp
    }

    private let store: ObjectStore
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private var written: [Identity: Written] = [:]
    private var sequence: UInt64

    package init(store: ObjectStore, logger: Logger, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.store = store
        self.logger = logger
        self.now = now
        let start = now()
        sequence = UInt64(truncatingIfNeeded: start.microseconds)
    }

    /// - Parameter fieldPath: the part of the object it is about, such as `spec.containers{web}`.
    package func record(
        _ kind: Kind, _ reason: String, _ message: String, about object: Value, by component: String, fieldPath: String = ""
    ) async {
        guard let name = object.name, let uid = object.uid else { return }
        let identity = Identity(uid: uid, fieldPath: fieldPath, component: component, kind: kind, reason: reason, message: message)
        let time = now()
        do throws(APIError) {
            if let earlier = written[identity], time - earlier.last < ControllerLimits.eventLifetime,
                try count(earlier.key, time)
            {
                written[identity]?.last = time
                return
            }
            let event = newEvent(identity, about: object, name: name, time: time)
            let stored = try store.create(.events, event, options: Self.options(component))
            if written.count >= ControllerLimits.rememberedEvents { written = [:] }
            if let key = NamespacedName(stored) { written[identity] = Written(key: key, last: time) }
        } catch {
            // A namespace that is going away refuses new events: nobody is left to read them.
            logger.debug("cannot write an event", metadata: ["reason": "\(reason)", "error": "\(error)"])
        }
    }

    /// Whether the event still exists and was counted on.
    private func count(_ key: NamespacedName, _ time: Timestamp) throws(APIError) -> Bool {
        do throws(APIError) {
            try store.update(.events, namespace: key.namespace, name: key.name) { event in
                event["count"] = .integer((event["count"]?.integer ?? 1) + 1)
                event["lastTimestamp"] = .string(time.rfc3339)
            }
            return true
        } catch  where error.reason == .notFound {
            return false
        }
    }

    private static func options(_ component: String) -> WriteOptions { WriteOptions(tracking: .manager(component)) }

    private func newEvent(_ identity: Identity, about object: Value, name: String, time: Timestamp) -> Value {
        sequence &+= 1
        let namespace = object.namespace ?? ""
        return .mapping(
            ("apiVersion", "v1"), ("kind", "Event"),
            (
                "metadata",
                [
                    "name": .string("\(name).\(String(sequence, radix: 16))"),
                    "namespace": .string(namespace.isEmpty ? "default" : namespace),
                ]
            ),
            (
                "involvedObject",
                .mapping(
                    ("apiVersion", object.apiVersion.map(Value.string)), ("kind", object.kind.map(Value.string)),
                    ("namespace", namespace.isEmpty ? nil : .string(namespace)), ("name", .string(name)),
                    ("uid", .string(identity.uid)), ("resourceVersion", object.resourceVersion.map(Value.string)),
                    ("fieldPath", identity.fieldPath.isEmpty ? nil : .string(identity.fieldPath)))
            ),
            ("reason", .string(identity.reason)), ("message", .string(identity.message)),
            ("source", .mapping(("component", .string(identity.component)), ("host", identity.component == "kubelet" ? "local" : nil))),
            ("firstTimestamp", .string(time.rfc3339)), ("lastTimestamp", .string(time.rfc3339)), ("count", 1),
            ("type", .string(identity.kind.rawValue)), ("eventTime", .null), ("reportingComponent", .string(identity.component)),
            ("reportingInstance", ""))
    }
}
