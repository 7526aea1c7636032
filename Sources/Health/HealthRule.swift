internal import Manifests

/// The rule for some kinds: the first of suspended, failed, inProgress and current with a test that holds gives the verdict.
package struct HealthRule: Sendable, Hashable {
    /// `*.example.com` is every group under it.
    package var groups: [String]
    /// `*` is every kind of the groups.
    package var kinds: [String]
    /// Of each list one test is enough. Suspended is what was asked for, so the object is current.
    package var suspended: [HealthTest]
    package var failed: [HealthTest]
    package var inProgress: [HealthTest]
    package var current: [HealthTest]
    /// The verdict when no test holds; without one: in progress where there are tests for current, else current.
    package var otherwise: HealthStatus?
    /// Where the object's own words stand; the first that has some.
    package var messages: [HealthPath]

    package init(
        groups: [String], kinds: [String], suspended: [HealthTest] = [], failed: [HealthTest] = [], inProgress: [HealthTest] = [],
        current: [HealthTest] = [], otherwise: HealthStatus? = nil, messages: [HealthPath] = []
    ) {
        self.groups = groups
        self.kinds = kinds
        self.suspended = suspended
        self.failed = failed
        self.inProgress = inProgress
        self.current = current
        self.otherwise = otherwise
        self.messages = messages
    }

    /// - Parameter now: unix seconds.
    func evaluate(_ object: Value, now: Int64) -> HealthReport {
        let lists: [(HealthStatus, [HealthTest])] = [
            (.current, suspended), (.failed, failed), (.inProgress, inProgress), (.current, current),
        ]
        for (index, (status, tests)) in lists.enumerated() {
            guard let test = tests.first(where: { $0.holds(for: object) }) else { continue }
            let reason = index == 0 ? "Suspended" : test.reason(in: object)
            let words = words(of: object, test)
            let report = HealthReport(status, reason, "\(object.subject): \(test.description)\(words.isEmpty ? "" : ": \(words)")")
            return ObjectHealth.settled(report, object, began: test.began(in: object), now: now)
        }
        return undecided(object)
    }

    private func undecided(_ object: Value) -> HealthReport {
        let tests = failed + inProgress + current
        if let generation = object.generation, tests.contains(where: { $0.meetsOldCondition(in: object) }) {
            return HealthReport(
                .inProgress, "LatestGenerationNotObserved",
                "\(object.subject): its conditions are about an older generation than \(generation), the latest.")
        }
        let status = otherwise ?? (current.isEmpty ? .current : .inProgress)
        let words = words(of: object, nil)
        let ending = words.isEmpty ? "." : ": \(words)"
        switch status {
        case .current: return HealthReport(.current, "Exists", "\(object.subject) exists\(ending)")
        case .inProgress where !current.isEmpty:
            let wanted = current.map(\.description).joined(separator: " or ")
            return HealthReport(.inProgress, "NotCurrent", "\(object.subject) waits for \(wanted)\(ending)")
        case .inProgress, .failed, .terminating, .notFound, .unknown:
            return HealthReport(status, "ByRule", "\(object.subject) says nothing that its rule knows\(ending)")
        }
    }

    private func words(of object: Value, _ test: HealthTest?) -> String {
        for path in messages {
            if let words = path.values(in: object).lazy.compactMap(\.string).first(where: { !$0.isEmpty }) { return words }
        }
        return test?.words(in: object) ?? ""
    }
}
