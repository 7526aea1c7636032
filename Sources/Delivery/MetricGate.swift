/// A question to Prometheus whose answer says whether a Release is good.
///
/// It keeps nothing: every answer is judged from the samples of the span that matters, so a controller that was killed judges the same.
package struct MetricGate: Sendable, Hashable {
    /// The bounds of a good value, either of which may be missing.
    package struct Threshold: Sendable, Hashable {
        package var minimum: Double?
        package var maximum: Double?

        package init(minimum: Double? = nil, maximum: Double? = nil) {
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// Which way a value gets worse.
    package enum Worse: String, Sendable, Hashable, CaseIterable {
        case higher, lower
    }

    package enum Baseline: String, Sendable, Hashable, CaseIterable {
        /// What ran before this Release, over a span of the same length.
        case previous
    }

    /// The new version against the one before, by a one-sided rank test (Mann-Whitney).
    package struct Comparison: Sendable, Hashable {
        package var baseline = Baseline.previous
        /// How much of each version is looked at.
        package var over: Duration = .seconds(300)
        /// The chance of a false alarm in one look.
        package var significance: Double = 0.05
        /// The medians must differ by more than this factor: a change that is sure but small is none.
        package var maximumRatio: Double = 1.2
        /// And by at least this much, in the unit of the metric: twice nothing is still nothing.
        package var minimumDifference: Double = 0

        package init() {}
    }

    /// What becomes of a Gate that gets no answer.
    package enum NoData: String, Sendable, Hashable, CaseIterable {
        /// For as long as it takes. It never rolls back.
        case wait
        /// After the Gate's deadline.
        case pass, fail
    }

    package var name: String
    /// A name of the controller's own configuration; the repository cannot name an address.
    package var source: String = "default"
    package var query: MetricQuery
    /// The template that the query is from.
    package var template: MetricTemplate?
    /// What `${window}` stands for.
    package var window: Duration = .seconds(60)
    package var threshold: Threshold?
    package var comparison: Comparison?
    package var worse = Worse.higher
    /// `for`: how long the threshold must be broken, at every look, to count.
    package var sustained: Duration = .seconds(60)
    /// What is younger than this after the rollout is not looked at.
    package var warmUp: Duration = .seconds(30)
    /// Between two samples, and between two looks.
    package var interval: Duration = .seconds(15)
    package var noData = NoData.wait
    /// How long an answer is waited for, when `noData` is not `wait`.
    package var deadline: Duration = .seconds(120)

    package init(name: String, query: MetricQuery) {
        self.name = name
        self.query = query
    }

    /// Samples of a rate overlap when they are closer than its window, and what overlaps is not independent: the rank test would be too
    /// sure. It takes one sample a window.
    package var comparisonStep: Duration { max(interval, window) }

    /// Samples of each side of a comparison.
    package var comparedSamples: Int {
        guard let comparison else { return 0 }
        return Int(comparison.over / comparisonStep)
    }

    /// The least time after the rollout in which it can pass.
    package var neededTime: Duration {
        warmUp + max(threshold == nil ? .zero : sustained, comparison?.over ?? .zero)
    }
}
