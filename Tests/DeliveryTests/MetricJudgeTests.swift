import Delivery
import Testing

/// Times are seconds after the rollout; samples come every 10 s.
@Suite struct MetricJudgeTests {
    private func gate(_ change: (inout MetricGate) -> Void = { _ in }) -> MetricGate {
        var gate = MetricGate(name: "errors", query: MetricQuery("x"))
        gate.threshold = .init(maximum: 0.05)
        gate.sustained = .seconds(30)
        gate.warmUp = .seconds(20)
        gate.interval = .seconds(10)
        gate.window = .seconds(10)
        change(&gate)
        return gate
    }

    private static func time(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }

    private func moment(_ now: Int, isWatch: Bool = false, baseline: Int? = -10) -> MetricMoment {
        MetricMoment(now: Self.time(now), since: Self.time(0), baselineEnd: baseline.map(Self.time), isWatch: isWatch)
    }

    /// Samples that end at `now`; `nil` is a hole.
    private func series(_ values: [Double?], endingAt now: Int, labels: [String: String] = [:]) -> MetricSeries {
        let first = now - (values.count - 1) * 10
        return MetricSeries(
            labels: labels,
            samples: values.enumerated().compactMap { index, value in value.map { .init(at: Self.time(first + index * 10), value: $0) } })
    }

    private func judge(_ gate: MetricGate, _ series: [MetricSeries], at moment: MetricMoment) -> GateResult {
        var answer = MetricAnswer()
        answer.threshold = series
        return gate.judge(answer, of: gate.plan(moment), at: moment)
    }

    // MARK: What is asked

    @Test func nothingFromBeforeTheWarmUpIsAskedFor() {
        #expect(gate().plan(moment(19)).isEmpty)
        #expect(gate().plan(moment(20)).threshold?.from == Self.time(20))
        #expect(gate().plan(moment(45)).threshold?.from == Self.time(25))
        let later = gate().plan(moment(500)).threshold
        #expect(later?.from == Self.time(470) && later?.to == Self.time(500) && later?.step == .seconds(10))
        let result = judge(gate(), [], at: moment(5))
        #expect(result.outcome == .pending && result.reason.contains("not looked at for another 15s"))
    }

    @Test func aComparisonLooksAtOneWholeSpanAfterAnother() throws {
        let gate = gate {
            $0.comparison = .init(); $0.comparison?.over = .seconds(60)
        }
        #expect(gate.plan(moment(79)).comparison == nil)
        let first = try #require(gate.plan(moment(80)).comparison)
        #expect(first.now.to == Self.time(80) && first.now.from == Self.time(30) && first.before.to == Self.time(-10))
        #expect(first.before.from == Self.time(-60))
        #expect(gate.plan(moment(139)).comparison?.now == first.now)
        #expect(gate.plan(moment(141)).comparison?.now.to == Self.time(140))
        #expect(gate.plan(moment(500, baseline: nil)).comparison == nil)
    }

    // MARK: Threshold

    @Test func aBrokenThresholdFailsWhenItHasLasted() {
        let early = judge(gate(), [series([0.01, 0.2, 0.3, 0.31], endingAt: 50)], at: moment(50))
        #expect(early.outcome == .pending)
        #expect(early.reason == "is 0.31, above the maximum of 0.05, for 20s of 30s (window 10s)")
        let late = judge(gate(), [series([0.2, 0.2, 0.3, 0.31], endingAt: 60)], at: moment(60))
        #expect(late.outcome == .fail && late.value == 0.31 && late.threshold == "at most 0.05")
        #expect(late.sentence == "metric errors is 0.31, above the maximum of 0.05 for 30s (window 10s)")
        #expect(late.span == Self.time(30)...Self.time(60))
    }

    @Test func itPassesWhenItHasBeenGoodAsLong() {
        #expect(judge(gate(), [series([0.01, 0.01], endingAt: 30)], at: moment(30)).outcome == .pending)
        let result = judge(gate(), [series([0.2, 0.01, 0.02, 0.012_345_6], endingAt: 60)], at: moment(60))
        #expect(result.outcome == .pass && result.reason == "is 0.01235, at most 0.05, over 30s (window 10s)")
        #expect(judge(gate(), [series([0.01], endingAt: 60)], at: moment(60, isWatch: true)).outcome == .pass)
    }

    @Test func withoutForTheFirstValueDecides() {
        let gate = gate { $0.sustained = .zero }
        #expect(judge(gate, [series([0.06], endingAt: 20)], at: moment(20)).outcome == .fail)
        #expect(judge(gate, [series([0.05], endingAt: 20)], at: moment(20)).outcome == .pass)
    }

    @Test func aMinimumAndInfinitiesAreValues() {
        let least = gate {
            $0.threshold = .init(minimum: 0.8); $0.sustained = .zero
        }
        #expect(judge(least, [series([0.7], endingAt: 20)], at: moment(20)).reason.contains("below the minimum of 0.8"))
        #expect(judge(least, [series([-.infinity], endingAt: 20)], at: moment(20)).outcome == .fail)
        #expect(judge(least, [series([.infinity], endingAt: 20)], at: moment(20)).outcome == .pass)
        let most = gate { $0.sustained = .zero }
        #expect(judge(most, [series([.infinity], endingAt: 20)], at: moment(20)).reason.contains("is infinity, above"))
    }

    @Test func aHoleOrANaNEndsARowOfBrokenSamples() {
        #expect(judge(gate(), [series([0.2, nil, 0.3, 0.31], endingAt: 60)], at: moment(60)).outcome == .pending)
        #expect(judge(gate(), [series([0.2, .nan, 0.3, 0.31], endingAt: 60)], at: moment(60)).outcome == .pending)
    }

    @Test func whatHasNoValueNowHasNoData() {
        for values in [[], [Double.nan, .nan], [0.2, 0.2, 0.2, .nan]] as [[Double]] {
            let result = judge(gate(), [series(values.map { $0 }, endingAt: 60)], at: moment(60))
            #expect(result.outcome == .noData, "\(values)")
        }
        #expect(judge(gate(), [], at: moment(60)).reason.contains("the query finds no series"))
        #expect(judge(gate(), [series([.nan], endingAt: 60)], at: moment(60)).reason.contains("NaN"))
    }

    @Test func ofSeveralSeriesOneThatIsBrokenIsEnoughAndIsNamed() {
        let good = series([0.01, 0.01, 0.01, 0.01], endingAt: 60, labels: ["pod": "a"])
        let bad = series([0.2, 0.2, 0.2, 0.2], endingAt: 60, labels: ["pod": "b"])
        let result = judge(gate(), [good, bad], at: moment(60))
        #expect(result.outcome == .fail && result.reason.hasPrefix(#"of {pod="b"} is 0.2"#))
        // One that ended with its Pod says nothing of now.
        let gone = series([0.2, 0.2, 0.2, 0.2, nil, nil, nil], endingAt: 90, labels: ["pod": "b"])
        let still = series([0.01, 0.01, 0.01, 0.01], endingAt: 90, labels: ["pod": "a"])
        #expect(judge(gate(), [gone, still], at: moment(90)).outcome == .pass)
    }

    // MARK: No data

    @Test func noDataIsWhatThePolicySays() {
        let wait = gate().unanswered("Prometheus is away", at: moment(100_000))
        #expect(wait.outcome == .noData && wait.reason.contains("Prometheus is away") && wait.reason.contains("noData: wait"))
        for (policy, outcome) in [(MetricGate.NoData.pass, GateResult.Outcome.pass), (.fail, .fail)] {
            let gate = gate {
                $0.noData = policy; $0.deadline = .seconds(60)
            }
            #expect(gate.unanswered("away", at: moment(79)).outcome == .noData)
            #expect(gate.unanswered("away", at: moment(80)).outcome == outcome)
            #expect(gate.unanswered("away", at: moment(8000, isWatch: true)).outcome == .noData)
        }
    }

    // MARK: Comparison

    private func compare(
        _ now: [Double], _ before: [Double], baseline: Int? = -10, at seconds: Int = 80, isWatch: Bool = false,
        _ change: (inout MetricGate) -> Void = { _ in }
    ) -> GateResult {
        let gate = gate {
            $0.threshold = nil
            $0.comparison = .init()
            $0.comparison?.over = .seconds(60)
            change(&$0)
        }
        var answer = MetricAnswer()
        answer.now = [series(now.map { $0 }, endingAt: 80)]
        answer.before = [series(before.map { $0 }, endingAt: -10)]
        let moment = moment(seconds, isWatch: isWatch, baseline: baseline)
        return gate.judge(answer, of: gate.plan(moment), at: moment)
    }

    private let slow = [0.41, 0.42, 0.43, 0.44, 0.45, 0.46]
    private let fast = [0.21, 0.22, 0.23, 0.24, 0.25, 0.26]

    @Test func worseIsFoundAndToldWithItsNumbers() {
        let result = compare(slow, fast)
        #expect(result.outcome == .fail && result.value == 0.435)
        #expect(
            result.sentence
                == "metric errors has got worse: median 0.435 over 1m, 0.235 before the release, allowed is a factor of 1.2 "
                + "(rank test of 6 and 6 samples, exact, p = 0.001082, at most 0.05)")
        #expect(compare(fast, slow).outcome == .pass)
        #expect(compare(fast, slow) { $0.worse = .lower }.outcome == .fail)
        #expect(compare(fast, fast).outcome == .pass)
    }

    @Test func aSureButSmallChangeIsNone() {
        let result = compare(fast.map { $0 * 1.1 + 0.1 }, fast.map { $0 + 0.1 })
        #expect(result.outcome == .pass)
        let sure = compare(fast.map { $0 + 0.03 }, fast.map { $0 * 0.1 + 0.22 })
        #expect(sure.outcome == .pass && sure.reason.contains("a little worse, within what is allowed"))
        let tiny = compare([0.002, 0.002, 0.003, 0.002, 0.002, 0.003], [0, 0, 0, 0, 0, 0]) { $0.comparison?.minimumDifference = 0.01 }
        #expect(tiny.outcome == .pass && tiny.reason.contains("a little worse"))
        #expect(
            compare([0.02, 0.02, 0.03, 0.02, 0.02, 0.03], [0, 0, 0, 0, 0, 0]) { $0.comparison?.minimumDifference = 0.01 }.outcome == .fail)
    }

    @Test func withoutAnEarlierVersionThereIsNothingToCompare() {
        #expect(compare(slow, [], baseline: nil).outcome == .pass)
        let unmeasured = compare(slow, [0.2, .nan, .nan, .nan])
        #expect(unmeasured.outcome == .pass && unmeasured.reason.contains("only 1 of 6 samples from before"))
    }

    @Test func itWaitsForSamplesOfTheNewVersion() {
        #expect(compare(slow, fast, at: 70).outcome == .pending)
        #expect(compare(slow, fast, at: 70, isWatch: true).outcome == .pass)
        #expect(compare([0.4], fast).outcome == .noData)
    }

    @Test func severalSeriesCannotBeCompared() {
        let gate = gate {
            $0.threshold = nil; $0.comparison = .init(); $0.comparison?.over = .seconds(60)
        }
        var answer = MetricAnswer()
        answer.now = [series(slow.map { $0 }, endingAt: 80), series(slow.map { $0 }, endingAt: 80)]
        let result = gate.judge(answer, of: gate.plan(moment(80)), at: moment(80))
        #expect(result.outcome == .error && result.reason.contains("sum(...)"))
    }

    @Test func bothMustHold() {
        var answer = MetricAnswer()
        let gate = gate {
            $0.comparison = .init(); $0.comparison?.over = .seconds(60)
        }
        answer.threshold = [series([0.01, 0.01, 0.01, 0.01], endingAt: 80)]
        answer.now = [series([0.03, 0.03, 0.03, 0.03, 0.03, 0.03], endingAt: 80)]
        answer.before = [series([0.01, 0.01, 0.01, 0.01, 0.01, 0.01], endingAt: -10)]
        let result = gate.judge(answer, of: gate.plan(moment(80)), at: moment(80))
        #expect(result.outcome == .fail && result.reason.contains("has got worse"))
    }
}
