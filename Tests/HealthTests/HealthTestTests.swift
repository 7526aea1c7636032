import Manifests
import TestSupport
import Testing

@testable import Health

/// The tests of a rule one by one, as an operator writes them.
@Suite struct HealthTestTests {
    static let object: Value = [
        "apiVersion": "nova.dev/v1", "kind": "Feed", "metadata": ["name": "a", "generation": 3, "labels": ["of": "3"]],
        "spec": ["replicas": 3, "sets": [["count": 1], ["count": 2]], "empty": [:]],
        "status": [
            "phase": "Serving it", "ready": 2, "have": "2/3", "of": 3,
            "shards": [
                "one": ["state": "up", "conditions": [["type": "Up", "status": "True"]]], "two": ["state": "down", "conditions": []],
            ],
            "conditions": [
                ["type": "Ready", "status": "False", "reason": "Waiting", "message": "the shard's words", "severity": "Error"],
                ["type": "Old", "status": "True", "observedGeneration": 2], ["type": "DataSynced", "status": true],
            ],
        ],
    ]

    static func test(_ text: String) throws -> HealthTest {
        let rules = try HealthRulesTests.rules("rules: [{group: nova.dev, kind: Feed, failed: \(text)}]")
        return try #require(rules.rules.first?.failed.first)
    }

    @Test(arguments: [
        ("{condition: Ready, status: 'False'}", true), ("{condition: Ready, status: ['True', 'False']}", true),
        ("{condition: [Up, Ready], status: 'False', reasons: [Waiting]}", true),
        ("{condition: Ready, status: 'False', exceptReasons: [Waiting]}", false), ("{condition: Ready, status: Absent}", false),
        ("{condition: Up, status: Absent}", true), ("{condition: '*Synced'}", true), ("{condition: '*', status: Unknown}", false),
        // About an older generation: neither there nor absent.
        ("{condition: Old}", false), ("{condition: Old, status: Absent}", false),
        ("{condition: Up, at: '.status.shards[*].conditions'}", true),
        ("{condition: Up, status: Absent, at: '.status.shards[*].conditions'}", true),
        ("{condition: Up, status: Absent, at: .status.none}", false),
        ("{path: .status.phase, equals: Serving it}", true), ("{path: .status.phase, startsWith: Serving}", true),
        ("{path: .status.phase, differs: [Serving it, x]}", false), ("{path: .status.none, differs: x}", false),
        ("{path: '.status.shards[*].state', equals: down}", true),
        ("{path: '.status.conditions[type=Ready].severity', equals: Error}", true),
        ("{path: .spec.empty, exists: false}", true), ("{path: .status.phase, exists: true}", true),
        ("{path: .status.ready, below: .spec.replicas}", true), ("{path: .status.ready, below: 2}", false),
        ("{path: .status.none, below: 1}", true), ("{path: .status.ready, below: .spec.none}", false),
        ("{path: .status.ready, above: 1}", true), ("{path: .status.of, below: '.spec.sets[*].count'}", false),
        ("{path: .metadata.labels.of, below: 4}", true), ("{path: .status.phase, above: 0}", false),
        ("{path: .status.of, sameAs: .metadata.labels.of}", true), ("{path: .status.ready, differsFrom: .spec.replicas}", true),
        ("{path: .status.none, differsFrom: .spec.replicas}", false), ("{path: .status.have, complete: false}", true),
        ("{path: .status.have, complete: true}", false), ("{path: .status.phase, complete: false}", false),
        ("{all: [{condition: '*Synced'}, {path: .status.of, equals: 3}]}", true),
        ("{all: [{condition: '*Synced'}, {path: .status.of, equals: 4}]}", false),
    ])
    func holds(text: String, expected: Bool) throws {
        #expect(try Self.test(text).holds(for: Self.object) == expected)
    }

    /// The example of the manual is one that is accepted.
    @Test func theManualsExample() throws {
        let manual = String(decoding: try Files.read(Conformance.packageRoot + "/docs/configuration.md"), as: UTF8.self)
        let lines = manual.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "health:"))
        let block = lines[(start + 1)...].prefix { $0 != "```" }.map { $0.dropFirst(2) }.joined(separator: "\n")
        let rules = try HealthRulesTests.rules(block)
        #expect(rules.rules.count == 3)
        #expect(rules.rules[1].inProgress.count == 2)
    }

    @Test func wordsAndReasonsAreTheObjectsOwn() throws {
        let test = try Self.test("{all: [{path: .status.phase, exists: true}, {condition: Ready, status: 'False'}]}")
        #expect(test.words(in: Self.object) == "the shard's words")
        #expect(test.description == ".status.phase is there and condition Ready is False")
        #expect(try Self.test("{condition: Ready, status: 'False'}").reason(in: Self.object) == "Waiting")
        // A sentence is no code.
        #expect(try Self.test("{path: .status.phase, startsWith: Serving}").reason(in: Self.object) == "ByRule")
    }

    @Test func suspendedIsCurrentAndOldConditionsAreInProgress() throws {
        let rules = try HealthRulesTests.rules(
            """
            rules:
            - {group: '*.nova.dev', kind: '*', suspended: {path: .spec.paused, equals: true}, failed: {condition: Old}}
            - {group: [x.nova.dev, y.nova.dev], kind: [Feed, Pipe], current: {condition: Up}, otherwise: failed}
            - {group: x.nova.dev, kind: '*', failed: {path: .status.phase, equals: Bad}}
            """)
        func verdict(_ group: String, _ kind: String, _ more: Value = [:]) -> HealthReport {
            var object = more
            object["apiVersion"] = .string("\(group)/v1")
            object["kind"] = .string(kind)
            object["metadata"] = ["name": "a", "generation": 3]
            return ObjectHealth.evaluate(object, now: 0, rules: rules)
        }
        #expect(verdict("z.nova.dev", "Feed", ["spec": ["paused": true]]).reason == "Suspended")
        #expect(verdict("z.nova.dev", "Feed", ["spec": ["paused": true]]).status == .current)
        #expect(verdict("z.nova.dev", "Feed").status == .current)
        let old: Value = ["status": ["conditions": [["type": "Old", "status": "True", "observedGeneration": 2]]]]
        #expect(verdict("z.nova.dev", "Feed", old).reason == "LatestGenerationNotObserved")
        #expect(verdict("z.nova.dev", "Feed", old).status == .inProgress)
        // The very group and kind, then the very group, then the wildcard.
        #expect(verdict("y.nova.dev", "Pipe").status == .failed)
        #expect(verdict("x.nova.dev", "Other", ["status": ["phase": "Bad"]]).status == .failed)
        #expect(verdict("x.nova.dev", "Other").status == .current)
        // The wildcard is what is under it.
        #expect(rules.rule(for: ["apiVersion": "nova.dev/v1", "kind": "Feed"]) == nil)
    }
}
