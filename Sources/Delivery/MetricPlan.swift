/// Samples of a query: from the first moment to the last, both included, one each step.
package struct MetricRange: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp
    package var step: Duration

    /// - Parameter count: samples, at least one.
    init(endingAt end: Timestamp, count: Int, step: Duration) {
        to = end
        from = end + step * -max(count - 1, 0)
        self.step = step
    }
}

/// When a Release did what, as far as its metrics must know.
package struct MetricMoment: Sendable, Hashable {
    package var now: Timestamp
    /// Since when the new version alone has been running, or the present phase began.
    package var since: Timestamp
    /// The last moment at which the version before ran undisturbed; `nil` when there was none.
    package var baselineEnd: Timestamp?
    /// After verification only what is sure to be bad counts; what is unknown stands in nobody's way.
    package var isWatch: Bool

    package init(now: Timestamp, since: Timestamp, baselineEnd: Timestamp?, isWatch: Bool) {
        self.now = now
        self.since = since
        self.baselineEnd = baselineEnd
        self.isWatch = isWatch
    }
}

/// What Prometheus is to be asked for one Gate at one moment.
package struct MetricPlan: Sendable, Hashable {
    package var threshold: MetricRange?
    /// Of the new version and of the one before.
    package var comparison: (now: MetricRange, before: MetricRange)?

    package static func == (left: MetricPlan, right: MetricPlan) -> Bool {
        left.threshold == right.threshold && left.comparison?.now == right.comparison?.now
            && left.comparison?.before == right.comparison?.before
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(threshold)
        hasher.combine(comparison?.now)
        hasher.combine(comparison?.before)
    }

    package var isEmpty: Bool { threshold == nil && comparison == nil }
}

extension MetricGate {
    /// Pure: the same moment asks the same. Nothing from before the warm-up's end is asked for, except of the version before.
    package func plan(_ moment: MetricMoment) -> MetricPlan {
        var plan = MetricPlan()
        let start = moment.since + warmUp
        let seen = moment.now - start
        guard seen >= .zero else { return plan }
        if threshold != nil {
            let wanted = Int((sustained / interval).rounded(.up))
            plan.threshold = MetricRange(endingAt: moment.now, count: min(wanted, Int(seen / interval)) + 1, step: interval)
        }
        if let comparison, let baselineEnd = moment.baselineEnd, seen >= comparison.over {
            // One whole span after another: a look at spans that overlap would be many tries at the same chance. Each sample looks back
            // over its window, so together they look at the span and no further.
            let end = start + comparison.over * Int(seen / comparison.over)
            let now = MetricRange(endingAt: end, count: comparedSamples, step: comparisonStep)
            plan.comparison = (now, MetricRange(endingAt: baselineEnd, count: comparedSamples, step: comparisonStep))
        }
        return plan
    }
}
