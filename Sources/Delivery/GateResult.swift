/// What one Gate says of a Release, with what it is based on: an operator reads it without looking anywhere else.
package struct GateResult: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case smokeTest, hook, job, metric
    }

    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case pass
        /// It proves that the Release is bad.
        case fail
        /// It needs more time. The deadline of the phase counts.
        case pending
        /// Nobody answers, or there is nothing to be asked about. That is no fault of the Release, and costs it no time.
        case noData
        /// It cannot be asked as it stands; a person must act. The deadline of the phase counts.
        case error
    }

    package var kind: Kind
    package var name: String
    package var outcome: Outcome
    /// A sentence, without the Gate's name.
    package var reason: String
    /// Of a metric: its last value.
    package var value: Double?
    /// Of a metric: what it is held against, in words.
    package var threshold: String?
    /// Of a metric: the span of time that was judged.
    package var span: ClosedRange<Timestamp>?

    package init(_ kind: Kind, _ name: String, _ outcome: Outcome, _ reason: String) {
        self.kind = kind
        self.name = name
        self.outcome = outcome
        self.reason = reason
    }

    /// With the Gate's name.
    package var sentence: String {
        switch kind {
        case .smokeTest: reason
        case .hook: "hook \(name): \(reason)"
        case .job: "job \(name): \(reason)"
        case .metric: "metric \(name) \(reason)"
        }
    }
}

extension [GateResult] {
    /// What all of them said, as the audit record keeps it.
    package var evidence: String {
        let words = map(\.sentence).joined(separator: "; ")
        return words.count > 2000 ? words.prefix(2000) + "..." : words
    }

    /// The first of the worst: what stands in the way of the Release most. `nil` when all have passed.
    package var obstacle: GateResult? {
        for outcome in [GateResult.Outcome.fail, .error, .pending, .noData] {
            if let found = first(where: { $0.outcome == outcome }) { return found }
        }
        return nil
    }
}
