import Manifests
import Testing

@testable import Kubernetes

@Suite struct FightTests {
    let start = ContinuousClock.now
    let field = FightDetector.Field(Fixture.id("Deployment", "web", group: "apps"), [.key("spec"), .key("replicas")])

    /// One turn of two writers: found changed, and healed unless it is a fight.
    func turn(_ detector: inout FightDetector, _ seconds: Int, by manager: String = "keda") -> FightDetector.Fight? {
        let now = start + .seconds(seconds)
        let fights = detector.found([(field, [manager])], at: now)
        if fights.isEmpty { detector.healed([field], at: now) }
        return fights.first
    }

    @Test func afterSomeAlternationsItIsLeftAloneAndSaid() throws {
        var detector = FightDetector()
        for second in [0, 10, 20] { #expect(turn(&detector, second) == nil) }
        let fight = try #require(turn(&detector, 30))
        #expect(fight.managers == ["keda"] && fight.heals == 3 && fight.since == start + .seconds(30))
        #expect(
            fight.words
                == "keda changes spec.replicas of Deployment.apps nova-staging/web back each time it is put right (3 times). It is left alone until it is quiet; stop the other writer, or take the field out of the Bundle"
        )
        #expect(turn(&detector, 900)?.since == fight.since, "the window does not end a fight")
        #expect(detector.fights(at: start + .seconds(901)).map(\.field) == [field])
    }

    @Test func handEditsNowAndThenAreNoFight() {
        var detector = FightDetector()
        for second in stride(from: 0, to: 6000, by: 400) { #expect(turn(&detector, second) == nil) }
    }

    @Test func quietOrAPersonEndsIt() {
        var detector = FightDetector()
        for second in [0, 1, 2, 3] { _ = turn(&detector, second) }
        #expect(turn(&detector, 4) != nil)
        #expect(detector.fights(at: start + .seconds(5 + 1800)).isEmpty)
        #expect(turn(&detector, 5 + 1800) == nil)
        for second in [1900, 1901, 1902] { _ = turn(&detector, second) }
        #expect(turn(&detector, 1903) != nil)
        detector.forget()
        #expect(turn(&detector, 1904) == nil)
    }

    @Test func otherFieldsAreNotConcernedAndMemoryIsBounded() {
        var rule = FightDetector.Rule()
        rule.fields = 10
        var detector = FightDetector(rule: rule)
        for second in [0, 1, 2, 3] { _ = turn(&detector, second) }
        let other = FightDetector.Field(field.object, [.key("spec"), .key("paused")])
        #expect(detector.found([(other, [])], at: start + .seconds(4)).isEmpty)
        for number in 0..<50 {
            _ = detector.found([(.init(Fixture.id("ConfigMap", "c\(number)"), []), [])], at: start + .seconds(10 + number))
        }
        #expect(detector.fights(at: start + .seconds(70)).isEmpty)
    }

    @Test func managersOfAField() {
        let object: Value = [
            "metadata": [
                "managedFields": [
                    ["manager": "slipway", "fieldsV1": ["f:spec": ["f:replicas": [:]]]],
                    ["manager": "keda", "fieldsV1": ["f:spec": ["f:replicas": [:]]]],
                    [
                        "manager": "kubectl-edit",
                        "fieldsV1": [
                            "f:spec": ["f:template": ["f:spec": ["f:containers": ["k:{\"name\":\"app\"}": [".": [:], "f:image": [:]]]]]]
                        ],
                    ],
                    ["manager": "tags", "fieldsV1": ["f:spec": ["f:list": [:]]]],
                ]
            ]
        ]
        func managers(_ path: PathElement...) -> [String] { FieldManagers.others(than: "slipway", of: path, in: object) }
        let containers: [PathElement] = [.key("spec"), .key("template"), .key("spec"), .key("containers")]
        #expect(managers(.key("spec"), .key("replicas")) == ["keda"])
        #expect(
            FieldManagers.others(
                than: "slipway", of: containers + [.element([ElementKey(name: "name", value: "app")]), .key("image")], in: object)
                == ["kubectl-edit"])
        #expect(
            FieldManagers.others(
                than: "slipway", of: containers + [.element([ElementKey(name: "name", value: "other")]), .key("image")], in: object
            ).isEmpty)
        #expect(managers(.key("spec"), .key("list"), .index(3)) == ["tags"])
        #expect(managers(.key("spec"), .key("paused")).isEmpty)
    }

    @Test func pathsOfConflictsWithCommasInTheirKeys() {
        #expect(
            ConflictPath.elements(#".spec.ports[name="a,b",port=80].protocol"#) == [
                .key("spec"), .key("ports"), .element([ElementKey(name: "name", value: "a,b"), ElementKey(name: "port", value: 80)]),
                .key("protocol"),
            ])
    }
}
