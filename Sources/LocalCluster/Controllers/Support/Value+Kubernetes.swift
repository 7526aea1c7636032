package import Manifests

/// Reading what all Kubernetes objects share.
extension Value {
    package var creationTimestamp: Timestamp? { self["metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:)) }
    package var deletionTimestamp: Timestamp? { self["metadata", "deletionTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:)) }
    package var isBeingDeleted: Bool { self["metadata", "deletionTimestamp"]?.string != nil }
    package var ownerReferences: [Value] { self["metadata", "ownerReferences"]?.array ?? [] }
    package var controllerReference: Value? { ownerReferences.first { $0["controller"]?.bool == true } }

    package func label(_ key: String) -> String? { labels?[key]?.string }
    package func annotation(_ key: String) -> String? { annotations?[key]?.string }

    package func isControlled(by uid: String?) -> Bool {
        guard let uid else { return false }
        return controllerReference?["uid"]?.string == uid
    }

    /// A mapping of the pairs that have a value.
    package static func mapping(_ pairs: (String, Value?)...) -> Value {
        .object(Object(pairs.compactMap { key, value in value.map { (key, $0) } }))
    }

    package static func strings(_ values: some Sequence<String>) -> Value { .array(values.map(Value.string)) }

    /// The reference by which this object owns another one and controls it.
    package var asControllerReference: Value {
        .mapping(
            ("apiVersion", apiVersion.map(Value.string)), ("kind", kind.map(Value.string)), ("name", name.map(Value.string)),
            ("uid", uid.map(Value.string)), ("controller", true), ("blockOwnerDeletion", true))
    }
}

// MARK: - Pods

extension Value {
    package var podPhase: String { self["status", "phase"]?.string ?? "Pending" }
    package var podIP: String? { self["status", "podIP"]?.string }

    /// Neither finished nor on its way out: what counts against a replica count.
    package var isActivePod: Bool { podPhase != "Succeeded" && podPhase != "Failed" && !isBeingDeleted }

    package func condition(_ type: String) -> Value? {
        self["status", "conditions"]?.array?.first { $0["type"]?.string == type }
    }

    package func isTrue(_ condition: String) -> Bool { self.condition(condition)?["status"]?.string == "True" }

    package var isReadyPod: Bool { isTrue("Ready") }

    /// Ready for at least `minReadySeconds`.
    package func isAvailablePod(minReadySeconds: Int64, now: Timestamp) -> Bool {
        guard isReadyPod else { return false }
        if minReadySeconds == 0 { return true }
        guard let since = condition("Ready")?["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return false }
        return now >= since + .seconds(minReadySeconds)
    }

    package var containers: [Value] { self["spec", "containers"]?.array ?? [] }
    package var initContainers: [Value] { self["spec", "initContainers"]?.array ?? [] }

    package var totalRestarts: Int64 {
        (self["status", "containerStatuses"]?.array ?? []).reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
    }
}
