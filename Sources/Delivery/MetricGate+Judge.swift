internal import Manifests

/// What was measured for one Gate.
package struct MetricAnswer: Sendable, Hashable {
    package var threshold: [MetricSeries] = []
    package var now: [MetricSeries] = []
    package var before: [MetricSeries] = []

    package init() {}
}

/// Judging. Pure: the same samples at the same moment give the same result.
extension MetricGate {
    /// Of what was asked by `plan(moment)`.
    package func judge(_ answer: MetricAnswer, of plan: MetricPlan, at moment: MetricMoment) -> GateResult {
        if plan.isEmpty, moment.now < moment.since + warmUp {
            let left = moment.since + warmUp - moment.now
            return result(.pending, "is not looked at for another \(Self.shown(left)), while the new version warms up")
        }
        var results: [GateResult] = []
        if let threshold {
            results.append(judge(threshold, of: answer.threshold, in: plan.threshold, at: moment))
        }
        if let comparison {
            results.append(judge(comparison, answer, of: plan, at: moment))
        }
        guard let obstacle = results.obstacle else {
            var passed = results.first ?? result(.pass, "has nothing to be held against")
            passed.reason = results.map(\.reason).joined(separator: "; ")
            return passed
        }
        return obstacle.outcome == .noData ? unanswered(obstacle.reason, at: moment) : obstacle
    }

    /// There is no answer, for this reason: what it means is the policy's choice, and never before the Gate's deadline.
    package func unanswered(_ why: String, at moment: MetricMoment) -> GateResult {
        let waited = moment.now - moment.since
        let words = "has no data for \(Self.shown(waited)): \(why)"
        if moment.isWatch {
            return result(.noData, "\(words). Nothing is taken back for that")
        }
        switch noData {
        case .wait: return result(.noData, "\(words). It is asked again until there is some (noData: wait)")
        case .pass, .fail:
            guard waited >= warmUp + deadline else {
                return result(.noData, "\(words). It is waited for until \(Self.shown(warmUp + deadline))")
            }
            return noData == .pass
                ? result(.pass, "\(words). It passes all the same (noData: pass)") : result(.fail, "\(words) (noData: fail)")
        }
    }

    // MARK: Threshold

    private func judge(
        _ threshold: Threshold, of series: [MetricSeries], in range: MetricRange?, at moment: MetricMoment
    ) -> GateResult {
        guard let range else { return result(.pending, "has not been looked at yet") }
        var judged: [GateResult] = []
        for one in series {
            if let verdict = judge(threshold, of: one, in: range, at: moment) { judged.append(verdict) }
        }
        guard !judged.isEmpty else {
            let isEmpty = series.allSatisfy(\.samples.isEmpty)
            return result(
                .noData, isEmpty ? "the query finds no series" : "the query gives no number (NaN), as a share of nothing does", threshold)
        }
        if let obstacle = judged.obstacle { return obstacle }
        // Of several good ones the nearest to its bound says most; the first will do.
        return judged[0]
    }

    /// `nil` when the series has no value at the last moment.
    private func judge(
        _ threshold: Threshold, of series: MetricSeries, in range: MetricRange, at moment: MetricMoment
    ) -> GateResult? {
        let values = series.values
        // A sample that is missing at the end is no answer about now.
        guard let last = values.last, range.to - last.at < range.step else { return nil }
        var broken = 0
        var since = last.at
        for sample in values.reversed() {
            // A hole between two samples is a moment at which nobody saw it broken.
            guard threshold.fault(of: sample.value) != nil, since - sample.at <= range.step * 1.5 else { break }
            since = sample.at
            broken += 1
        }
        let subject = series.shownLabels.isEmpty ? "" : "of \(series.shownLabels) "
        var verdict: GateResult
        if let fault = threshold.fault(of: last.value) {
            let span = last.at - since
            let isSure = span >= sustained
            let how =
                sustained == .zero ? "" : isSure ? " for \(Self.shown(span))" : ", for \(Self.shown(span)) of \(Self.shown(sustained))"
            verdict = result(
                isSure ? .fail : .pending, "\(subject)is \(MetricNumber.text(last.value)), \(fault)\(how) (window \(Self.shown(window)))")
        } else {
            let seen = last.at - (values.first?.at ?? last.at)
            let isSeen = moment.isWatch || seen + .milliseconds(1) >= range.step * Int((sustained / range.step).rounded(.up))
            let span = isSeen ? "over \(Self.shown(max(seen, .zero)))" : "so far; looks for \(Self.shown(sustained))"
            verdict = result(
                isSeen ? .pass : .pending,
                "\(subject)is \(MetricNumber.text(last.value)), \(threshold.text), \(span) (window \(Self.shown(window)))")
        }
        verdict.value = last.value
        verdict.threshold = threshold.text
        verdict.span = range.from...max(range.from, range.to)
        return verdict
    }

    // MARK: Comparison

    private func judge(
        _ comparison: Comparison, _ answer: MetricAnswer, of plan: MetricPlan, at moment: MetricMoment
    ) -> GateResult {
        guard moment.baselineEnd != nil else { return result(.pass, "has no earlier version to be compared with") }
        guard let ranges = plan.comparison else {
            let seen = moment.now - (moment.since + warmUp)
            return result(
                moment.isWatch ? .pass : .pending,
                "is compared when the new version has run for \(Self.shown(comparison.over)); now it is \(Self.shown(seen))")
        }
        if answer.now.count > 1 || answer.before.count > 1 {
            return result(
                .error,
                "gives \(max(answer.now.count, answer.before.count)) series, and only one can be compared: aggregate them, as with sum(...)"
            )
        }
        let now = answer.now.first?.values.map(\.value) ?? []
        let before = answer.before.first?.values.map(\.value) ?? []
        let least = (comparedSamples + 1) / 2
        if now.count < least { return result(.noData, "only \(now.count) of \(comparedSamples) samples of the new version have a value") }
        if before.count < least {
            // What was not measured then never will be: to wait for it would be to wait for ever.
            return result(
                .pass, "cannot be compared: only \(before.count) of \(comparedSamples) samples from before the release have a value")
        }
        let test = worse == .higher ? RankTest(now, isLargerThan: before) : RankTest(before, isLargerThan: now)
        guard let test else { return result(.noData, "there is nothing to compare") }
        let (newMedian, oldMedian) = (Self.median(now), Self.median(before))
        let isWorse = test.probability <= comparison.significance
        let isMuch = comparison.isMuch(from: oldMedian, to: newMedian, worse: worse)
        let probability = "p = \(MetricNumber.text(test.probability))"
        let numbers =
            "median \(MetricNumber.text(newMedian)) over \(Self.shown(comparison.over)), \(MetricNumber.text(oldMedian)) before the release"
        let basis = "rank test of \(now.count) and \(before.count) samples, \(test.method.rawValue), \(probability)"
        var verdict: GateResult
        if isWorse && isMuch {
            verdict = result(
                .fail, "has got worse: \(numbers), \(comparison.bound) (\(basis), at most \(MetricNumber.text(comparison.significance)))")
        } else if isWorse {
            verdict = result(.pass, "is a little worse, within what is allowed: \(numbers), \(comparison.bound) (\(basis))")
        } else {
            verdict = result(.pass, "is not worse than before: \(numbers) (\(basis))")
        }
        verdict.value = newMedian
        verdict.threshold = comparison.bound
        verdict.span = ranges.now.from...max(ranges.now.from, ranges.now.to)
        return verdict
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 || sorted[middle - 1] == sorted[middle] { return sorted[middle] }
        return (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func result(_ outcome: GateResult.Outcome, _ reason: String, _ threshold: Threshold? = nil) -> GateResult {
        var result = GateResult(.metric, name, outcome, reason)
        result.threshold = threshold?.text
        return result
    }

    /// In whole seconds, when it has any.
    private static func shown(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return DurationText.string(milliseconds >= 1000 ? .seconds(milliseconds / 1000) : .milliseconds(max(0, milliseconds)))
    }
}

extension MetricGate.Threshold {
    /// What is wrong with a value, as the end of a sentence; `nil` when it is good. Infinity is a value like any other.
    func fault(of value: Double) -> String? {
        if let maximum, value > maximum { return "above the maximum of \(MetricNumber.text(maximum))" }
        if let minimum, value < minimum { return "below the minimum of \(MetricNumber.text(minimum))" }
        return nil
    }

    package var text: String {
        [minimum.map { "at least \(MetricNumber.text($0))" }, maximum.map { "at most \(MetricNumber.text($0))" }].compactMap(\.self)
            .joined(separator: " and ")
    }
}

extension MetricGate.Comparison {
    /// Whether a change is large enough to matter. From zero every change is, if it has the least difference.
    func isMuch(from old: Double, to new: Double, worse: MetricGate.Worse) -> Bool {
        let (small, large) = worse == .higher ? (old, new) : (new, old)
        guard large > small else { return false }
        // The difference of infinities is none.
        guard large.isFinite, small.isFinite else { return true }
        guard large - small >= minimumDifference else { return false }
        return small <= 0 || large / small > maximumRatio
    }

    var bound: String {
        let least = minimumDifference > 0 ? " and \(MetricNumber.text(minimumDifference))" : ""
        return "allowed is a factor of \(MetricNumber.text(maximumRatio))\(least)"
    }
}
