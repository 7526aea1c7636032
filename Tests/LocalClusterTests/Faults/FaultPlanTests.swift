import Manifests
import Testing

@testable import LocalCluster

@Suite struct FaultPlanTests {
    private let start = Timestamp(seconds: 1_000)
    private let request = FaultMatch(verb: "patch", resource: "deployments", namespace: "shop", name: "web", user: "dana")

    private func plan(_ rules: FaultRule...) -> FaultPlan {
        var plan = FaultPlan()
        for rule in rules { plan.add(rule, at: start) }
        return plan
    }

    @Test func aMatcherMeetsWhatItNames() {
        #expect(FaultMatch().matches(request))
        #expect(FaultMatch(verb: "patch", resource: "deployments", namespace: "shop", name: "web", user: "dana").matches(request))
        for other in [
            FaultMatch(verb: "get"), FaultMatch(resource: "pods"), FaultMatch(namespace: "default"), FaultMatch(name: "api"),
            FaultMatch(user: "eve"),
        ] { #expect(!other.matches(request)) }
        let log = FaultMatch(verb: "get", resource: "pods/log")
        #expect(FaultMatch(resource: "pods").matches(log))
        #expect(FaultMatch(resource: "pods/log").matches(log))
        #expect(!FaultMatch(resource: "pods/exec").matches(log))
    }

    @Test func aCountIsUsedUp() {
        var plan = plan(FaultRule(.status(429, retryAfterSeconds: 1), count: 2))
        let met = (0..<4).map { _ in plan.fault(for: request, at: start) != nil }
        #expect(met == [true, true, false, false])
        #expect(plan.entries.first?.used == 2)
    }

    @Test func aSeedMeetsTheSameRequestsAgain() {
        func met(_ seed: UInt64) -> [Bool] {
            var plan = plan(FaultRule(.dropAfter, fraction: 0.3, seed: seed))
            return (0..<1000).map { _ in plan.fault(for: request, at: start) != nil }
        }
        #expect(met(7) == met(7))
        #expect(met(7) != met(8))
        #expect((250...350).contains(met(7).count { $0 }))
    }

    @Test func theFirstRuleThatMatchesIsMet() {
        var plan = plan(FaultRule(.hang, FaultMatch(verb: "get")), FaultRule(.dropBefore), FaultRule(.dropAfter))
        let first = plan.fault(for: request, at: start)
        #expect(first == .dropBefore)
        let removed = plan.remove(2)
        #expect(removed)
        let second = plan.fault(for: request, at: start)
        #expect(second == .dropAfter)
        plan.removeAll()
        let third = plan.fault(for: request, at: start)
        #expect(third == nil)
    }

    @Test func aRuleHasItsTime() {
        var plan = plan(FaultRule(.status(401, retryAfterSeconds: nil), after: .seconds(10), lasts: .seconds(5)))
        let met = [0, 9, 10, 14, 15].map { plan.fault(for: request, at: start.adding(seconds: $0)) != nil }
        #expect(met == [false, false, true, true, false])
    }

    @Test func someFaultsAreForWatchesOnly() {
        let watch = FaultMatch(verb: "watch", resource: "pods")
        var slow = plan(FaultRule(.slowWatch(.seconds(1))))
        let met = [request, watch].map { slow.fault(for: $0, at: start) != nil }
        #expect(met == [false, true])
        var expired = plan(FaultRule(.expired))
        let lists = [false, true].map { expired.fault(for: FaultMatch(verb: "list"), isContinued: $0, at: start) }
        #expect(lists == [nil, .expired])
    }

    @Test func rulesAreFinite() {
        var plan = FaultPlan()
        let numbers = (0...FaultPlan.maximumRules).map { _ in plan.add(FaultRule(.hang), at: start) }
        #expect(numbers.firstIndex(of: nil) == FaultPlan.maximumRules)
    }

    @Test func documentsAreReadAndWritten() throws {
        let document: Value = [
            "fault": "status", "status": 429, "retryAfterSeconds": 2, "verb": "patch", "resource": "deployments", "fraction": 0.5,
            "seed": 7,
            "count": 3, "afterSeconds": 1, "forSeconds": 2.5,
        ]
        let rule = try FaultRule(document)
        #expect(rule.fault == .status(429, retryAfterSeconds: 2))
        #expect(rule.document == document)
        #expect(rule.lasts == .milliseconds(2500))
    }

    @Test(
        arguments: [
            (["fault": "dealy", "seconds": 1], "did you mean \"delay\""), (["fault": "delay"], "needs seconds"),
            (["fault": "hang", "verbs": "get"], "did you mean \"verb\""), (["fault": "status", "status": 200], "from 400 to 599"),
            (["fault": "hang", "fraction": 2], "at most 1"), (["fault": "hang", "count": 0], "at least 1"),
        ] as [(Value, String)])
    func badDocumentsAreRefused(_ document: Value, _ words: String) {
        let error = #expect(throws: APIError.self) { try FaultRule(document) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
