import Delivery
import Testing

@Suite struct PromotionGraphTests {
    private func policy(_ name: String, from: String? = nil, namespace: String? = nil, cluster: String = "default") -> EnvironmentPolicy {
        var policy = EnvironmentPolicy(name: name, target: .init(namespace: namespace ?? name))
        policy.target.cluster = cluster
        policy.promotion.from = from
        return policy
    }

    private func problems(_ policies: [EnvironmentPolicy]) -> [String] { PromotionGraph.check(policies).map(\.description) }

    @Test func chainsAndFansAreFine() {
        #expect(problems([]).isEmpty)
        #expect(
            problems([
                policy("eu", from: "canary"), policy("us", from: "canary"), policy("canary", from: "staging"), policy("staging"),
                policy("demo"),
            ]).isEmpty)
        #expect(problems([policy("a", namespace: "nova"), policy("b", namespace: "nova", cluster: "second")]).isEmpty)
    }

    @Test func anUnknownPredecessorIsNamed() {
        #expect(
            problems([policy("production", from: "stagin"), policy("staging")])
                == ["production: spec.promotion.from: there is no environment \"stagin\"; did you mean \"staging\"?"])
        #expect(problems([policy("production", from: "x")]).first?.contains("there is no other environment") == true)
    }

    @Test func eachCircleIsFoundOnce() {
        #expect(
            problems([policy("c", from: "b"), policy("b", from: "a"), policy("a", from: "c"), policy("d", from: "a")])
                == ["a: spec.promotion.from: no revision could ever come here: a waits for c waits for b waits for a"])
        #expect(problems([policy("a", from: "a")]).count == 1)
        #expect(problems([policy("a", from: "b"), policy("b", from: "a"), policy("x", from: "y"), policy("y", from: "x")]).count == 2)
    }

    @Test func twoEnvironmentsInOnePlaceAreRefused() {
        let found = PromotionGraph.check([policy("b", namespace: "nova"), policy("a", namespace: "nova"), policy("c", namespace: "nova")])
        #expect(found.map(\.environment) == ["b", "c"])
        #expect(found.first?.message.contains("is where a deploys as well") == true)
    }
}
