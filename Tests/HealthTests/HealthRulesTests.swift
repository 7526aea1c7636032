import Manifests
import Testing
import YAML

@testable import Health

@Suite struct HealthRulesTests {
    static func rules(_ text: String) throws -> HealthRules {
        let reader = StrictReader(try #require(try YAML.parse(text, file: "rules.yaml").first).value)
        let rules = HealthRules.decode(reader)
        try reader.finish()
        return rules
    }

    static let text = """
        rules:
        - group: cert-manager.io
          kind: Certificate
          current: {condition: Ready, status: "True"}
          failed: {condition: Ready, status: "False", reasons: [Failed, Denied]}
        - group: nova.dev
          kind: Feed
          current:
          - {path: .status.phase, equals: [Serving, Idle]}
          - {path: ".status.shards[0].ok", equals: true}
          failed: {path: ".metadata.annotations['nova.dev/state']", equals: broken}
          inProgress: {path: .status.left, equals: [1, 2]}
          message: .status.message
        - group: nova.dev
          kind: Quiet
          failed: {path: .status.phase, equals: Failed}
        """

    static func feed(_ status: Value, annotations: Value = [:]) -> Value {
        [
            "apiVersion": "nova.dev/v1", "kind": "Feed", "metadata": ["name": "a", "namespace": "n", "annotations": annotations],
            "status": status,
        ]
    }

    static func certificate(_ status: String, _ reason: String, generation: Int64 = 1) -> Value {
        [
            "apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": ["name": "c", "generation": .integer(generation)],
            "status": [
                "observedGeneration": 1,
                "conditions": [["type": "Ready", "status": .string(status), "reason": .string(reason), "message": "the issuer's words"]],
            ],
        ]
    }

    @Test func theFirstListWithATestThatHoldsDecides() throws {
        let rules = try Self.rules(Self.text)
        func verdict(_ object: Value) -> HealthReport { ObjectHealth.evaluate(object, now: 0, rules: rules) }
        #expect(verdict(Self.certificate("True", "Ready")).status == .current)
        #expect(verdict(Self.certificate("False", "Issuing")).status == .inProgress)
        let failed = verdict(Self.certificate("False", "Denied"))
        #expect(failed.status == .failed)
        #expect(failed.reason == "Denied")
        #expect(
            failed.message == "Certificate c: condition Ready is False with reason Failed or Denied: the issuer's words")
        #expect(verdict(Self.certificate("True", "Ready", generation: 2)).status == .inProgress)  // of an older generation

        #expect(verdict(Self.feed(["phase": "Idle"])).status == .current)
        #expect(verdict(Self.feed(["shards": [["ok": true]]])).status == .current)
        let waiting = verdict(Self.feed(["phase": "Loading", "message": "3 shards to go"]))
        #expect(waiting.status == .inProgress)
        #expect(waiting.message == "Feed n/a waits for .status.phase is Serving or Idle or .status.shards[0].ok is true: 3 shards to go")
        #expect(verdict(Self.feed(["phase": "Idle", "left": 2])).status == .inProgress)
        #expect(verdict(Self.feed(["phase": "Idle"], annotations: ["nova.dev/state": "broken"])).status == .failed)
        #expect(verdict(Self.feed(.null)).status == .inProgress)
        #expect(verdict(["apiVersion": "nova.dev/v1", "kind": "Quiet", "metadata": ["name": "q"]]).status == .current)
        // Another kind follows the common conditions still.
        #expect(verdict(["apiVersion": "x.dev/v1", "kind": "Other", "metadata": ["name": "o"]]).reason == "Exists")
    }

    @Test(arguments: [
        ("rules: [{group: a, kind: B, curent: {condition: Ready}}]", "unknown key \"curent\"; did you mean \"current\"?"),
        ("rules: [{group: a, kind: B, current: {condition: Ready, status: Yes}}]", "must be \"True\", \"False\", \"Unknown\" or Absent"),
        ("rules: [{group: a, kind: B, current: {condition: Ready, path: .x}}]", "needs one of condition: TYPE"),
        ("rules: [{group: a, kind: B, current: {path: .status.phase}}]", "needs equals beside it"),
        ("rules: [{group: a, kind: B, current: {path: status.phase, equals: x}}]", "is no path such as .status.phase"),
        ("rules: [{group: a, kind: B, current: {path: .a, equals: [[x]]}}]", "must be a value or a list of values"),
        ("rules: [{group: a, kind: B, current: {path: .a, equals: x, status: 'True'}}]", "goes with condition"),
        ("rules: [{group: a, kind: B}]", "needs at least one of current, inProgress, failed and suspended"),
        ("rules: [{group: a, current: {condition: Ready}}]", "kind"),
        ("rules: [{group: apps, kind: Deployment, current: {condition: Available}}]", "has a rule of Kubernetes' own"),
        (
            "rules: [{group: a, kind: B, current: {condition: Ready}}, {group: a, kind: B, failed: {condition: Bad}}]",
            "two rules for kind B of group \"a\""
        ),
        (
            "rules: [{group: a, kind: [B, C], current: {condition: Ready}}, {group: [x, a], kind: C, failed: {condition: Bad}}]",
            "two rules for kind C"
        ),
        ("rules: [{group: a.*, kind: B, current: {condition: Ready}}]", "has a * elsewhere than in front"),
        ("rules: [{group: apps, kind: '*', current: {condition: Ready}}]", "needs a group of custom kinds"),
        ("rules: [{group: a, kind: B, otherwise: unknown, current: {condition: Ready}}]", "must be current, inProgress or failed"),
        ("rules: [{group: a, kind: B, current: {path: .a, equals: x, exists: true}}]", "has equals and exists beside it"),
        ("rules: [{group: a, kind: B, current: {path: .a, below: many}}]", "must be a number or a path"),
        ("rules: [{group: a, kind: B, current: {condition: Ready, equals: x}}]", "goes with path"),
        ("rules: [{group: a, kind: B, current: {all: []}}]", "needs a list of tests"),
        ("rules: [{group: a, kind: B, current: {path: .a, diffres: x}}]", "did you mean \"differs\"?"),
        ("rulez: []", "did you mean \"rules\"?"),
    ])
    func mistakesAreNamed(text: String, words: String) {
        do {
            _ = try Self.rules(text)
            Issue.record("it was accepted")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test func paths() {
        for text in [
            "", "status", ".", ".a..b", ".a[", ".a[x]", ".a[=b]", ".a[b=]", ".a[**]", ".a['b", ".a['']", ".a[-1]", ".*", ".a[0]b", ".a b",
        ] {
            #expect(HealthPath(text) == nil, "\(text)")
        }
        #expect(HealthPath(".a[0]['b.c/d'].e")?.steps == [.key("a"), .index(0), .key("b.c/d"), .key("e")])
        #expect(HealthPath(".a[*][b=c].d")?.steps == [.key("a"), .each, .with(key: "b", value: "c"), .key("d")])
        let object: Value = [
            "a": ["x": ["n": 1], "y": ["n": 2]], "l": [["t": "p", "v": 5], ["t": "q", "v": .null], ["t": "q", "v": 7]],
        ]
        #expect(HealthPath(".a[*].n")?.values(in: object) == [1, 2])
        #expect(HealthPath(".l[t=q].v")?.values(in: object) == [7])
        #expect(HealthPath(".l[9].v")?.values(in: object) == [])
    }

    @Test func availableStandsInForReady() {
        func object(_ conditions: [Value]) -> Value {
            [
                "apiVersion": "x.dev/v1", "kind": "Thing", "metadata": ["name": "t", "generation": 2],
                "status": ["conditions": .array(conditions)],
            ]
        }
        func status(_ conditions: Value...) -> HealthStatus { ObjectHealth.evaluate(object(conditions), now: 0).status }
        #expect(status(["type": "Available", "status": "False", "reason": "No"]) == .inProgress)
        #expect(status(["type": "Available", "status": "True"]) == .current)
        #expect(status(["type": "Ready", "status": "True"], ["type": "Available", "status": "False"]) == .current)
        #expect(status(["type": "Ready", "status": "True", "observedGeneration": 1]) == .inProgress)
        #expect(status(["type": "Ready", "status": "True", "observedGeneration": 2]) == .current)
    }
}
