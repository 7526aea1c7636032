package import Manifests

/// What an autoscaler recommended and did, as far back as its behaviour looks.
package struct AutoscalerHistory: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var at: Timestamp
        /// A recommended number of replicas, or by how many it was changed.
        package var replicas: Int64
    }

    package var recommendations: [Entry] = []
    package var added: [Entry] = []
    package var removed: [Entry] = []

    package init() {}

    /// Policies look back half an hour at most, windows an hour.
    mutating func forget(before time: Timestamp) {
        recommendations.removeAll { $0.at < time }
        added.removeAll { $0.at < time }
        removed.removeAll { $0.at < time }
    }
}

/// `spec.behavior` of an autoscaler: how fast it may follow; pure.
package struct ScalingBehavior: Sendable {
    package struct Rules: Sendable {
        package var window: Duration
        package var select: String
        package var policies: [(isPercent: Bool, value: Int64, period: Duration)]
        package var tolerance: Double
    }

    package struct Limited: Sendable, Hashable {
        package var replicas: Int64
        /// The conditions `AbleToScale` when a window holds it back, and `ScalingLimited`.
        package var stabilized: (reason: String, message: String)?
        package var limit: (isLimited: Bool, reason: String, message: String)

        package static func == (left: Limited, right: Limited) -> Bool {
            left.replicas == right.replicas && left.limit.reason == right.limit.reason
                && left.stabilized?.reason == right.stabilized?.reason
        }
        package func hash(into hasher: inout Hasher) { hasher.combine(replicas) }
    }

    package let up: Rules
    package let down: Rules

    /// Kubernetes' defaults for what is not said: up at once by 4 Pods or 100 % in 15 s, down after five minutes by 100 %.
    package init(_ behavior: Value?) {
        up = Self.rules(
            behavior?["scaleUp"], window: 0,
            policies: [(false, 4, .seconds(15)), (true, 100, .seconds(15))])
        down = Self.rules(behavior?["scaleDown"], window: 300, policies: [(true, 100, .seconds(15))])
    }

    private static func rules(_ value: Value?, window: Int64, policies: [(Bool, Int64, Duration)]) -> Rules {
        let given = (value?["policies"]?.array ?? []).map { policy in
            (
                policy["type"]?.string == "Percent", policy["value"]?.integer ?? 0,
                Duration.seconds(policy["periodSeconds"]?.integer ?? 15)
            )
        }
        return Rules(
            window: .seconds(value?["stabilizationWindowSeconds"]?.integer ?? window), select: value?["selectPolicy"]?.string ?? "Max",
            policies: (given.isEmpty ? policies : given).map { (isPercent: $0.0, value: $0.1, period: $0.2) },
            tolerance: PodFacts.quantity(value?["tolerance"]).map { Double($0.thousandths) / 1000 } ?? 0.1)
    }

    /// What may be done of what is recommended.
    package func limit(
        _ recommended: Int64, current: Int64, minimum: Int64, maximum: Int64, history: AutoscalerHistory, now: Timestamp
    ) -> Limited {
        let (steady, stabilized) = stabilize(recommended, current, history, now)
        var limited = rate(steady, current: current, minimum: minimum, maximum: maximum, history, now)
        limited.stabilized = stabilized
        return limited
    }

    private func stabilize(
        _ recommended: Int64, _ current: Int64, _ history: AutoscalerHistory, _ now: Timestamp
    ) -> (Int64, (reason: String, message: String)?) {
        let lowest = history.recommendations.filter { $0.at > now + (.zero - up.window) }.map(\.replicas).min().map { min($0, recommended) }
        let highest = history.recommendations.filter { $0.at > now + (.zero - down.window) }.map(\.replicas).max().map {
            max($0, recommended)
        }
        var result = current
        if result < lowest ?? recommended { result = lowest ?? recommended }
        if result > highest ?? recommended { result = highest ?? recommended }
        if result == recommended { return (result, nil) }
        if result < recommended {
            return (
                result,
                ("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation")
            )
        }
        return (
            result,
            ("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation")
        )
    }

    private func rate(
        _ wanted: Int64, current: Int64, minimum: Int64, maximum: Int64, _ history: AutoscalerHistory, _ now: Timestamp
    ) -> Limited {
        if wanted > current {
            let limit = max(current, upLimit(current, history, now))
            let highest = min(limit, maximum)
            guard wanted > highest else { return Self.inRange(wanted) }
            return limit < maximum
                ? Limited(
                    replicas: highest,
                    limit: (true, "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate"))
                : Limited(
                    replicas: highest,
                    limit: (true, "TooManyReplicas", "the desired replica count is more than the maximum replica count"))
        }
        if wanted < current {
            let limit = min(current, downLimit(current, history, now))
            let lowest = max(limit, minimum)
            guard wanted < lowest else { return Self.inRange(wanted) }
            return limit > minimum
                ? Limited(
                    replicas: lowest,
                    limit: (true, "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate"))
                : Limited(
                    replicas: lowest,
                    limit: (true, "TooFewReplicas", "the desired replica count is less than the minimum replica count"))
        }
        return Self.inRange(wanted)
    }

    private static func inRange(_ replicas: Int64) -> Limited {
        Limited(replicas: replicas, limit: (false, "DesiredWithinRange", "the desired count is within the acceptable range"))
    }

    private func upLimit(_ current: Int64, _ history: AutoscalerHistory, _ now: Timestamp) -> Int64 {
        if up.select == "Disabled" { return current }
        let limits = up.policies.map { policy -> Int64 in
            let start = current - sum(history.added, policy.period, now) + sum(history.removed, policy.period, now)
            return policy.isPercent ? Int64((Double(start) * (1 + Double(policy.value) / 100)).rounded(.up)) : start + policy.value
        }
        return (up.select == "Min" ? limits.min() : limits.max()) ?? current
    }

    private func downLimit(_ current: Int64, _ history: AutoscalerHistory, _ now: Timestamp) -> Int64 {
        if down.select == "Disabled" { return current }
        let limits = down.policies.map { policy -> Int64 in
            let start = current + sum(history.removed, policy.period, now) - sum(history.added, policy.period, now)
            return policy.isPercent ? Int64(Double(start) * (1 - Double(policy.value) / 100)) : start - policy.value
        }
        return (down.select == "Min" ? limits.max() : limits.min()) ?? current
    }

    private func sum(_ entries: [AutoscalerHistory.Entry], _ period: Duration, _ now: Timestamp) -> Int64 {
        entries.filter { $0.at > now + (.zero - period) }.reduce(0) { $0 + $1.replicas }
    }
}
