import Delivery
import Manifests
import Testing

@Suite struct SmokeTestTests {
    static let full = """
        apiVersion: slipway.dev/v1
        kind: SmokeTest
        metadata: {name: ranking}
        steps:
          - name: healthy
            request: {service: video-ranking-service, port: http, path: /api/v1/health}
            expect: {status: [200, 204], json: [{path: /status, equals: ok}], latencyMilliseconds: 500}
          - name: ranks
            request:
              service: video-ranking-service
              port: 80
              method: POST
              path: "/api/v1/rank?user=1"
              headers: {X-Trace: smoke}
              body: {user: u1, candidates: [v1, v2]}
            expect:
              json:
                - {path: /items/0/score, atLeast: 0, atMost: 1.5}
                - {path: /error, exists: false}
            retries: {attempts: 5, delay: 250ms}
          - name: from outside
            request: {url: "https://shop.example.com/health?full=1"}
            expect: {status: [2xx, 301-302]}
        """

    private func errors(_ old: String, _ new: String) throws -> [String] {
        var text = Self.full
        let range = try #require(text.firstRange(of: old))
        text.replaceSubrange(range, with: new)
        let value = try PolicyDecodeTests.value(text)
        do throws(PolicyErrors) {
            _ = try SmokeTest.decode(value)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    @Test func everythingIsRead() throws {
        let test = try SmokeTest.decode(try PolicyDecodeTests.value(Self.full))
        #expect(test.name == "ranking" && test.steps.map(\.name) == ["healthy", "ranks", "from outside"])
        let healthy = test.steps[0]
        #expect(healthy.request.port == .name("http") && healthy.request.method == .get && healthy.request.body == nil)
        #expect(healthy.expect.status == [200, 204] && healthy.expect.latencyMilliseconds == 500)
        #expect(healthy.expect.json == [SmokeStep.Assertion(path: "/status", rule: .equals("ok"))])
        #expect(healthy.retries.attempts == 3 && healthy.retries.delay == .seconds(1))
        let ranks = test.steps[1]
        #expect(ranks.request.port == .number(80) && ranks.request.method == .post && ranks.request.path == "/api/v1/rank?user=1")
        #expect(ranks.request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"user":"u1","candidates":["v1","v2"]}"#)
        #expect(ranks.request.headers == [.init("X-Trace", "smoke"), .init("Content-Type", "application/json")])
        #expect(ranks.expect.status == [200])
        #expect(ranks.expect.json.map(\.rule) == [.within(atLeast: 0, atMost: 1.5), .exists(false)])
        let outside = test.steps[2]
        #expect(outside.request.origin == "https://shop.example.com" && outside.request.path == "/health?full=1")
        #expect(outside.expect.status.map(\.description) == ["2xx", "301-302"])
        #expect(outside.expect.status == [.init(200...299), .init(301...302)])
        #expect(ranks.retries.attempts == 5 && ranks.retries.delay == .milliseconds(250))
    }

    @Test(arguments: [
        ("kind: SmokeTest", "kind: SmokeTests", "kind: must be SmokeTest"),
        ("port: http", "port: 0", "steps[0].request.port: must be a port of the Service"),
        ("port: http, ", "", "steps[0].request.port: is missing"),
        ("port: http", "prt: http", "did you mean \"port\"?"),
        ("/api/v1/health", "api/v1/health", "steps[0].request.path: must begin with \"/\""),
        ("/api/v1/health", "/a/../../../secrets/db", "steps[0].request.path: must not hold \".\" or \"..\""),
        ("/api/v1/health", "/%2E%2e/%2e%2e%2Fsecrets", "steps[0].request.path: must not hold \".\" or \"..\""),
        ("/api/v1/health", "\"/a\\r\\nHost: b\"", "steps[0].request.path: must begin with \"/\" and hold only visible ASCII"),
        (
            "method: POST", "method: PSOT",
            "must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not \"PSOT\"; did you mean \"POST\"?"
        ),
        ("method: POST", "method: GET", "a GET request carries no body"),
        ("X-Trace: smoke", "\"X Trace\": smoke", "\"X Trace\" is not the name of a header"),
        ("X-Trace: smoke", "X-Trace: \"a\\r\\nb: c\"", "must not hold line breaks"),
        ("X-Trace: smoke", "X-Trace: a, x-trace: b", "twice"),
        ("status: [200, 204]", "status: [200, 99]", "steps[0].expect.status: must be a status code from 100 to 599"),
        ("status: [200, 204]", "status: []", "steps[0].expect.status: must be a status code"),
        ("[2xx, 301-302]", "[6xx]", "steps[2].expect.status: must be a status code from 100 to 599, a class such as 2xx"),
        ("[2xx, 301-302]", "[302-301]", "steps[2].expect.status: must be a status code"),
        ("[2xx, 301-302]", "\"20\"", "steps[2].expect.status: must be a status code"),
        ("https://shop", "ftp://shop", "steps[2].request.url: must be an http or https URL"),
        ("https://shop", "https://me:secret@shop", "steps[2].request.url: must be an http or https URL without user"),
        ("{url: ", "{path: /, url: ", "steps[2].request.path: cannot stand beside url"),
        ("{path: /status, equals: ok}", "{path: status, equals: ok}", "must be a JSON pointer such as /items/0/id"),
        ("{path: /status, equals: ok}", "{path: /status}", "needs one of equals, exists, atLeast, atMost"),
        ("{path: /status, equals: ok}", "{path: /status, equals: ok, exists: true}", "may have only one of"),
        ("atLeast: 0, atMost: 1.5", "atLeast: 2, atMost: 1.5", "must not be greater than atMost"),
        ("latencyMilliseconds: 500", "latencyMilliseconds: 0", "must be a whole number from 1 to 600000"),
        ("attempts: 5", "attempts: 0", "steps[1].retries.attempts: must be a whole number from 1 to 100"),
        ("name: ranks", "name: healthy", "has two steps named \"healthy\""),
        ("body: {user: u1, candidates: [v1, v2]}", "body: 7", "must be a string, a mapping or a list"),
    ])
    func aMistakeIsNamedWithItsPlace(_ old: String, _ new: String, _ message: String) throws {
        let errors = try errors(old, new)
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
        #expect(errors.count <= 2, "one mistake gives no flood: \(errors)")
    }

    @Test(arguments: ["{apiVersion: slipway.dev/v1, kind: SmokeTest, steps: []}", "{apiVersion: slipway.dev/v1, kind: SmokeTest}", "[]"])
    func aTestWithoutStepsProvesNothing(_ text: String) throws {
        #expect(throws: PolicyErrors.self) { try SmokeTest.decode(try PolicyDecodeTests.value(text)) }
    }

    // MARK: Judging answers

    private func verdict(
        _ rules: [SmokeStep.Assertion], status: Int = 200, body: String, elapsed: Duration = .milliseconds(20), latency: Int? = nil
    ) -> StepVerdict {
        var step = SmokeStep(name: "ranks", request: .init(service: "web", port: .number(80), path: "/rank"))
        step.expect.json = rules
        step.expect.latencyMilliseconds = latency
        return step.evaluate(status: status, body: Array(body.utf8), elapsed: elapsed)
    }

    private let answer = #"{"status":"ok","count":2,"items":[{"id":"v1","score":0.75}],"none":null}"#

    @Test(arguments: [
        SmokeStep.Assertion(path: "/status", rule: .equals("ok")), .init(path: "/count", rule: .equals(.double(2))),
        .init(path: "/items/0", rule: .equals(["score": 0.75, "id": "v1"])), .init(path: "/items/0/id", rule: .exists(true)),
        .init(path: "/items/1", rule: .exists(false)), .init(path: "/none", rule: .exists(true)),
        .init(path: "/count", rule: .within(atLeast: 2, atMost: 2)), .init(path: "/items/0/score", rule: .within(atLeast: nil, atMost: 1)),
        .init(path: "", rule: .exists(true)),
    ])
    func rightAnswersPass(_ rule: SmokeStep.Assertion) {
        #expect(verdict([rule], body: answer) == .pass)
    }

    @Test(arguments: [
        (SmokeStep.Assertion(path: "/status", rule: .equals("bad")), "/status is \"ok\", expected \"bad\""),
        (.init(path: "/x", rule: .equals(1)), "/x is missing, expected 1"), (.init(path: "/x", rule: .exists(true)), "/x is missing"),
        (.init(path: "/count", rule: .exists(false)), "/count is there and should not be: 2"),
        (.init(path: "/count", rule: .within(atLeast: 3, atMost: nil)), "/count is 2, expected at least 3"),
        (.init(path: "/items/0/score", rule: .within(atLeast: nil, atMost: 0.5)), "/items/0/score is 0.75, expected at most 0.5"),
        (.init(path: "/status", rule: .within(atLeast: 1, atMost: nil)), "/status is \"ok\", expected a number"),
        (.init(path: "/none", rule: .within(atLeast: 1, atMost: nil)), "/none is null, expected a number"),
        (.init(path: "/x", rule: .within(atLeast: 1, atMost: nil)), "/x is missing, expected a number"),
    ])
    func wrongAnswersAreExplained(_ rule: SmokeStep.Assertion, _ reason: String) {
        #expect(verdict([rule], body: answer) == .fail(reason: "GET web:80/rank \(reason)"))
    }

    @Test func statusLatencyAndAllAssertionsAreReported() {
        #expect(
            verdict([], status: 503, body: "no\n upstream\u{7}", elapsed: .milliseconds(700), latency: 500)
                == .fail(
                    reason:
                        "GET web:80/rank answered 503, expected 200, body begins: no upstream; took 700 ms, expected at most 500 ms"
                ))
        #expect(verdict([], body: "", elapsed: .milliseconds(500), latency: 500) == .pass)
        guard case .fail(let both) = verdict([.init(path: "/a", rule: .exists(true)), .init(path: "/b", rule: .exists(true))], body: "{}")
        else {
            Issue.record("it passed")
            return
        }
        #expect(both.contains("/a is missing") && both.contains("/b is missing"))
    }

    @Test func anAnswerThatIsNotJSONIsQuotedShortly() {
        guard
            case .fail(let reason) = verdict([.init(path: "/a", rule: .exists(true))], body: "<html>" + String(repeating: "x", count: 5000))
        else {
            Issue.record("it passed")
            return
        }
        #expect(reason.contains("not JSON") && reason.contains("<html>") && reason.count < 400)
    }
}
