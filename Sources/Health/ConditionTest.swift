internal import Manifests

/// A condition of one of these types with one of these statuses and reasons. A condition about an older generation (KEP-1623,
/// `observedGeneration`) says nothing about this one: it neither holds nor counts as absent.
package struct ConditionTest: Sendable, Hashable {
    /// The status that stands for "there is no such condition".
    static let absent = "Absent"

    /// `*Synced` is every type that ends so, `*` every type.
    package var types: [String]
    package var statuses: [String]
    /// One of these, where any are given.
    package var reasons: [String]
    /// None of these.
    package var exceptReasons: [String]
    /// The list of conditions when it is not `.status.conditions`. Behind `[*]` there may be several lists: one that holds is enough.
    package var at: HealthPath?

    package init(
        _ types: [String], _ statuses: [String] = ["True"], reasons: [String] = [], exceptReasons: [String] = [], at: HealthPath? = nil
    ) {
        self.types = types
        self.statuses = statuses
        self.reasons = reasons
        self.exceptReasons = exceptReasons
        self.at = at
    }

    func holds(for object: Value) -> Bool {
        if found(in: object) != nil { return true }
        guard statuses.contains(Self.absent) else { return false }
        return lists(in: object).contains { list in !list.contains { isNamed($0.type) } }
    }

    /// The condition that makes it hold.
    func found(in object: Value) -> Condition? {
        for list in lists(in: object) {
            for condition in list where isNamed(condition.type) && !isOld(condition, object) && fits(condition) { return condition }
        }
        return nil
    }

    func meetsOldCondition(in object: Value) -> Bool {
        lists(in: object).contains { list in list.contains { isNamed($0.type) && isOld($0, object) } }
    }

    private func lists(in object: Value) -> [[Condition]] {
        guard let at else { return [object.conditions] }
        return at.values(in: object).map { $0.array?.compactMap(Condition.init) ?? [] }
    }

    private func isNamed(_ type: String) -> Bool {
        types.contains { $0.hasPrefix("*") ? type.hasSuffix($0.dropFirst()) : $0 == type }
    }

    private func isOld(_ condition: Condition, _ object: Value) -> Bool {
        guard let observed = condition.observedGeneration, let generation = object.generation else { return false }
        return observed < generation
    }

    private func fits(_ condition: Condition) -> Bool {
        statuses.contains(condition.status) && (reasons.isEmpty || reasons.contains(condition.reason))
            && !exceptReasons.contains(condition.reason)
    }

    var description: String {
        var text = "condition \(types.joined(separator: " or "))"
        if let at { text += " in \(at.text)" }
        text += " is \(statuses.joined(separator: " or "))"
        if !reasons.isEmpty { text += " with reason \(reasons.joined(separator: " or "))" }
        if !exceptReasons.isEmpty { text += " without reason \(exceptReasons.joined(separator: " or "))" }
        return text
    }
}
