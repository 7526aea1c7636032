import Delivery
import Manifests
import Testing

@Suite struct VerificationDecodeTests {
    private func policy(_ verification: String) throws -> (EnvironmentPolicy.Verification?, [String]) {
        let lines = verification.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
        let text = """
            apiVersion: slipway.dev/v1
            kind: Environment
            metadata: {name: production}
            spec:
              target: {namespace: nova}
              verification:
            \(lines)
            """
        let document = try PolicyDecodeTests.value(text)
        do throws(PolicyErrors) {
            return (try EnvironmentPolicy.decode(document, folder: "production").verification, [])
        } catch {
            return (nil, error.errors.map(\.description))
        }
    }

    private func gate(_ fields: String) throws -> MetricGate {
        let (verification, errors) = try policy("deadline: 1h\nmetrics: [{name: it, \(fields)}]")
        #expect(errors == [])
        return try #require(verification?.metrics.first)
    }

    @Test func theFullExampleIsRead() throws {
        let document = try PolicyDecodeTests.value(PolicyDecodeTests.full)
        let verification = try EnvironmentPolicy.decode(document, folder: "production").verification
        #expect(verification.smokeTests == ["hooks/smoke-tests.yaml"] && verification.deadline == .seconds(600))
        #expect(verification.hooks.map(\.path) == ["hooks/check.sh"] && verification.hooks[0].arguments == ["--fast"])
        #expect(verification.hooks[0].timeout == .seconds(30))
        #expect(verification.jobs.map(\.path) == ["tests/job.yaml"] && verification.jobs[0].timeout == .seconds(300))
        #expect(verification.files == ["hooks/check.sh", "tests/job.yaml"])
        let errors = verification.metrics[0]
        #expect(errors.template == .errorRate && errors.threshold == .init(minimum: 0, maximum: 0.02) && errors.noData == .pass)
        #expect(
            errors.query.text
                == #"(sum(rate(web_requests_total{job="web",code=~"5.."}[${window}])) or vector(0)) / sum(rate(web_requests_total{job="web"}[${window}]))"#
        )
        let slow = verification.metrics[1]
        #expect(slow.window == .seconds(30) && slow.sustained == .seconds(45) && slow.warmUp == .seconds(30))
        #expect(slow.comparison?.over == .seconds(300) && slow.comparison?.minimumDifference == 0.1)
        #expect(slow.comparedSamples == 10)
    }

    /// The alert table that services are watched by.
    static let alerts: [(MetricTemplate, Double?, Double?, MetricGate.Worse)] = [
        (.errorRate, nil, 0.05, .higher), (.p95Latency, nil, 1, .higher), (.cacheHitRate, 0.8, nil, .lower), (.memory, nil, 0.9, .higher),
        (.restarts, nil, 5, .higher), (.connectionPool, 0.2, nil, .lower), (.redisErrors, nil, 0.1, .higher),
    ]

    @Test(arguments: alerts)
    func aTemplateNeedsNothingElse(_ template: MetricTemplate, _ minimum: Double?, _ maximum: Double?, _ worse: MetricGate.Worse) throws {
        let gate = try gate("template: \(template.rawValue)")
        #expect(gate.threshold == .init(minimum: minimum, maximum: maximum) && gate.worse == worse && gate.noData == .wait)
        #expect(gate.query.text.contains(#"namespace="${namespace}""#))
        #expect(gate.query.problems() == [])
        #expect(gate.window == (template == .restarts ? .seconds(900) : .seconds(60)))
        let filled = gate.query.filled([.namespace: "nova", .window: "60s"])
        #expect(!filled.contains("$") && MetricQuery(filled).problems() == [])
    }

    @Test func aLabelOfATemplateCannotEndItsString() throws {
        let gate = try gate(#"template: redis-errors, parameters: {labels: {job: 'a"} or up{x="'}}"#)
        #expect(gate.query.text.contains(#"job="a\"} or up{x=\"""#))
        #expect(gate.query.problems() == [])
    }

    static let mistakes: [(String, String)] = [
        ("metrics: [{name: a}]", "metrics[0]: needs either query or template"),
        ("metrics: [{name: a, query: up}]", "metrics[0]: needs a threshold or compare"),
        ("metrics: [{name: a, query: up, template: memory}]", "metrics[0].query: cannot stand beside template"),
        ("metrics: [{name: a, template: eror-rate}]", "did you mean \"error-rate\"?"),
        ("metrics: [{name: a, template: memory, parameters: {hits: x}}]", "unknown key \"hits\"; known are labels, limit, used"),
        ("metrics: [{name: a, template: memory, parameters: {used: 'a b'}}]", "\"a b\" is no name of a metric"),
        ("metrics: [{name: a, template: error-rate, parameters: {status: 'a:b'}}]", "\"a:b\" is no name of a label"),
        ("metrics: [{name: a, template: memory, parameters: {labels: {a-b: c}}}]", "\"a-b\" is no name of a label"),
        ("metrics: [{name: a, template: memory, parameters: {labels: {a: '${nmespace}'}}}]", "did you mean \"${namespace}\"?"),
        (
            "metrics: [{name: a, query: 'sum(up', threshold: {max: 1}}]",
            "metrics[0].query: opens \"(\" at character 4 and does not close it"
        ),
        ("metrics: [{name: a, query: 'up{a=\"${enviroment}\"}', threshold: {max: 1}}]", "did you mean \"${environment}\"?"),
        ("metrics: [{name: a, query: up, threshold: {}}]", "metrics[0].threshold: needs min or max"),
        ("metrics: [{name: a, query: up, threshold: {min: 2, max: 1}}]", "min: must not be greater than max"),
        ("metrics: [{name: a, query: up, threshold: {max: 1}, nodata: pass}]", "did you mean \"noData\"?"),
        ("metrics: [{name: a, query: up, threshold: {max: 1}, noData: psas}]", "did you mean \"pass\"?"),
        ("metrics: [{name: a, template: memory}, {name: a, template: memory}]", "metrics: has two gates named \"a\""),
        ("metrics: [{name: a, template: memory, for: 2m}]", "the gate \"a\" needs 2m45s, and deadline"),
        ("metrics: [{name: a, template: memory, compare: {over: 5m}}]", "set a longer deadline"),
        (
            "deadline: 1h\nmetrics: [{name: a, template: memory, compare: {over: 2m}}]",
            "compares 2 samples, one each 1m (the longer of interval and window); so few can never reach a significance of 0.05"
        ),
        ("deadline: 2h\nmetrics: [{name: a, template: memory, for: 1h, interval: 1s}]", "holds 3600 samples; at most 500"),
        ("metrics: [{name: a, template: memory, compare: {over: 5m, significance: 0.5}}]", "must be a number from 0.000001 to 0.2"),
        ("hooks: [{path: ../x}]", "hooks[0].path"), ("hooks: [{path: x, timeout: 2m}]", "the timeout of x needs 2m, and deadline"),
        ("hooks: [{path: x, argumnts: [a]}]", "did you mean \"arguments\"?"),
        ("jobs: [{path: x}, {path: x}]", "jobs: names \"x\" twice"), ("jobs: [{}]", "jobs[0].path: is missing"),
        ("jobs: [{path: x, timeout: 1s, timout: 1s}]", "unknown key \"timout\""),
    ]

    @Test(arguments: mistakes)
    func whatIsWrongIsSaid(_ text: String, _ words: String) throws {
        let (_, errors) = try policy(text)
        #expect(errors.contains { $0.contains(words) }, "\(errors)")
    }
}
