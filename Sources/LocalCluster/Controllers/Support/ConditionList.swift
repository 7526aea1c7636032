package import Manifests

/// The `conditions` of a status. Setting one keeps its `lastTransitionTime` as long as its status stays the same.
package struct ConditionList: Sendable, Hashable {
    package var values: [Value]

    package init(_ values: [Value]?) { self.values = values ?? [] }

    package subscript(_ type: String) -> Value? { values.first { $0["type"]?.string == type } }

    package mutating func remove(_ type: String) { values.removeAll { $0["type"]?.string == type } }

    /// Does nothing when status and reason are what they were (as `SetDeploymentCondition` does), so that an unchanged
    /// condition keeps its `lastUpdateTime`.
    package mutating func set(
        _ type: String, _ status: String, reason: String, message: String, now: Timestamp, hasUpdateTime: Bool = false
    ) {
        let current = self[type]
        if let current, current["status"]?.string == status, current["reason"]?.string == reason { return }
        replace(type, status, reason: reason, message: message, now: now, hasUpdateTime: hasUpdateTime)
    }

    /// Writes the condition even when nothing but its `lastUpdateTime` changes.
    package mutating func replace(
        _ type: String, _ status: String, reason: String, message: String, now: Timestamp, hasUpdateTime: Bool = false
    ) {
        let current = self[type]
        let sameStatus = current?["status"]?.string == status
        let transition = sameStatus ? current?["lastTransitionTime"] : nil
        let condition = Value.mapping(
            ("type", .string(type)), ("status", .string(status)),
            ("lastUpdateTime", hasUpdateTime ? .string(now.rfc3339) : nil),
            ("lastTransitionTime", transition ?? .string(now.rfc3339)), ("reason", .string(reason)),
            ("message", .string(message)))
        if let position = values.firstIndex(where: { $0["type"]?.string == type }) {
            values[position] = condition
        } else {
            values.append(condition)
        }
    }
}
