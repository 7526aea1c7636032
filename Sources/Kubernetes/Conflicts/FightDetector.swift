package import Manifests

/// Finds out that somebody else writes a field again each time that we put it right. Pure: it is told what was found and when.
///
/// A field that we healed and that is found changed again is an alternation. After some of them within the window we stop healing it and
/// say who writes it, until nobody has touched it for a while or a person acts: two writers that go on for ever help nobody, and each of
/// our writes may restart Pods.
package struct FightDetector: Sendable {
    package struct Rule: Sendable, Hashable {
        /// So many heals of one field within the window are a fight.
        package var alternations = 3
        package var window: Duration = .seconds(600)
        /// A fight is over when the field has not been found changed for so long.
        package var quiet: Duration = .seconds(1800)
        /// Fields remembered; the ones that were seen longest ago are forgotten. More than a person could look at.
        package var fields = 1000

        package init() {}
    }

    /// A field of an object. The empty path is the object itself, which somebody deletes again and again.
    package struct Field: Sendable, Hashable {
        package var object: ObjectIdentity
        package var path: [PathElement]

        package init(_ object: ObjectIdentity, _ path: [PathElement]) {
            self.object = object
            self.path = path
        }
    }

    /// A field that is not healed any more.
    package struct Fight: Sendable, Hashable {
        package var field: Field
        /// As far as they are known.
        package var managers: [String]
        package var heals: Int
        package var since: ContinuousClock.Instant

        package var words: String {
            let what = field.path.isEmpty ? "\(field.object)" : "\(field.path.text) of \(field.object)"
            let who = managers.isEmpty ? "somebody" : managers.joined(separator: ", ")
            return
                "\(who) changes \(what) back each time it is put right (\(heals) times). It is left alone until it is quiet; stop the other writer, or take the field out of the Bundle"
        }
    }

    private struct History: Sendable {
        var heals: [ContinuousClock.Instant] = []
        var managers: Set<String> = []
        var lastSeen: ContinuousClock.Instant
        var fightSince: ContinuousClock.Instant?
    }

    private let rule: Rule
    private var histories: [Field: History] = [:]

    package init(rule: Rule = Rule()) {
        self.rule = rule
    }

    /// Fields were found to differ from what is wanted. Ask before healing.
    ///
    /// - Parameter managers: who owns the field in the cluster now, other than we; see ``FieldManagers``.
    /// - Parameter changed: the objects that have changed since they were last looked at; `nil` for all. Only they show that the other goes on.
    /// - Returns: the fights among these fields: they, and with them their objects, are not to be healed.
    package mutating func found(
        _ fields: [(field: Field, managers: [String])], changed: Set<ObjectIdentity>? = nil, at now: ContinuousClock.Instant
    ) -> [Fight] {
        var fights: [Fight] = []
        for (field, managers) in fields {
            var history = histories[field] ?? History(lastSeen: now)
            if now - history.lastSeen >= rule.quiet { history = History(lastSeen: now) }
            if changed?.contains(field.object) ?? true { history.lastSeen = now }
            history.managers.formUnion(managers)
            history.heals.removeAll { now - $0 >= rule.window && history.fightSince == nil }
            if history.fightSince == nil, history.heals.count >= rule.alternations { history.fightSince = now }
            histories[field] = history
            if let since = history.fightSince {
                fights.append(Fight(field: field, managers: history.managers.sorted(), heals: history.heals.count, since: since))
            }
        }
        forgetOldest()
        return fights
    }

    /// These fields were put right.
    package mutating func healed(_ fields: [Field], at now: ContinuousClock.Instant) {
        for field in fields { histories[field, default: History(lastSeen: now)].heals.append(now) }
    }

    /// All fights that go on.
    package func fights(at now: ContinuousClock.Instant) -> [Fight] {
        histories.compactMap { field, history in
            guard let since = history.fightSince, now - history.lastSeen < rule.quiet else { return nil }
            return Fight(field: field, managers: history.managers.sorted(), heals: history.heals.count, since: since)
        }.sorted { ($0.field.object, $0.field.path.text) < ($1.field.object, $1.field.path.text) }
    }

    /// A person has acted: a new Release, `slipway resume`, a change of policy.
    package mutating func forget() { histories = [:] }

    private mutating func forgetOldest() {
        guard histories.count > rule.fields else { return }
        let surplus = histories.sorted { $0.value.lastSeen < $1.value.lastSeen }.prefix(histories.count - rule.fields)
        for (field, _) in surplus { histories[field] = nil }
    }
}
