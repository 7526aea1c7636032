import Manifests
import TestSupport
import Testing

@Suite("Patches of random objects")
struct PatchPropertyTests {
    private static let seeds: [UInt64] = [21, 22, 23]

    @Test(arguments: seeds)
    func aMergePatchLeadsThere(_ seed: UInt64) {
        var random = RandomValue(seed: seed)
        for _ in 0..<300 {
            let (from, to) = (random.object().withoutNulls, random.object().withoutNulls)
            let patch = MergePatch.diff(from: from, to: to)
            #expect(SemanticDiff.equal(MergePatch.apply(patch, to: from), to), "seed \(seed)")
            #expect(MergePatch.diff(from: to, to: to) == [:])
            #expect(
                SemanticDiff.equal(MergePatch.apply(MergePatch.threeWayDiff(original: from, modified: to, current: from), to: from), to))
        }
    }

    @Test(arguments: seeds)
    func noChangesMeansEqual(_ seed: UInt64) {
        var random = RandomValue(seed: seed)
        for _ in 0..<300 {
            let (from, to) = (random.value(), random.value())
            #expect(SemanticDiff.changes(from: from, to: to).isEmpty == SemanticDiff.equal(from, to), "seed \(seed)")
            #expect(SemanticDiff.changes(from: from, to: from).isEmpty)
        }
    }

    @Test(arguments: seeds)
    func aStrategicPatchLeadsThere(_ seed: UInt64) throws {
        var random = RandomPod(seed: seed)
        let schema = KubernetesSchema.any(apiVersion: "v1", kind: "Pod")
        for _ in 0..<300 {
            let (from, to) = (random.pod(), random.pod())
            let patch = try StrategicMergePatch.diff(from: from, to: to, schema: schema)
            let result = try StrategicMergePatch.apply(patch, to: from, schema: schema)
            #expect(
                SemanticDiff.changes(from: result, to: to, schema: schema).map(\.description) == [], "seed \(seed): \(JSON.string(patch))")
            #expect(try StrategicMergePatch.diff(from: to, to: to, schema: schema) == [:])
            let threeWay = try StrategicMergePatch.threeWayDiff(
                original: from, modified: to, current: from, schema: schema, overwriting: false)
            let applied = try StrategicMergePatch.apply(threeWay, to: from, schema: schema)
            #expect(
                SemanticDiff.changes(from: applied, to: to, schema: schema).map(\.description) == [],
                "seed \(seed): \(JSON.string(threeWay))")
        }
    }

    /// Whatever a patch is, it is applied or refused; nothing traps.
    @Test(arguments: seeds)
    func anyPatchIsAppliedOrRefused(_ seed: UInt64) {
        var random = RandomValue(seed: seed)
        let schema = KubernetesSchema.any(apiVersion: "v1", kind: "Pod")
        for _ in 0..<300 {
            let (patch, value) = (random.value(), random.value())
            _ = try? StrategicMergePatch.apply(patch, to: value, schema: schema)
            _ = try? JSONPatch.apply([["op": "add", "path": .string("/" + random.string()), "value": patch]], to: value)
            _ = try? JSONPatch.apply([["op": "move", "from": .string(random.string()), "path": "/0/-"]], to: value, dialect: .kubernetes)
            _ = try? JSONPatch.apply(patch, to: value)
            _ = SecretRedaction.redacted(value, key: [1])
        }
    }

    @Test func manyOperationsCannotNestWithoutEnd() {
        let operations = (0..<500).flatMap { _ -> [Value] in
            [
                ["op": "move", "from": "/a", "path": "/b"], ["op": "add", "path": "/a", "value": [:]],
                ["op": "move", "from": "/b", "path": "/a/a"],
            ]
        }
        #expect { _ = try JSONPatch.apply(.array(operations), to: ["a": 1]) } throws: { ($0 as? ManifestError)?.code == .limitExceeded }
    }

    @Test func copiesCannotGrowWithoutEnd() {
        let operations = [Value](repeating: ["op": "copy", "from": "/a", "path": "/a/-"], count: 40)
        #expect { _ = try JSONPatch.apply(.array(operations), to: ["a": [1, 2, 3]]) } throws: {
            ($0 as? ManifestError)?.code == .limitExceeded
        }
    }
}

extension Value {
    /// A merge patch cannot say null.
    fileprivate var withoutNulls: Value {
        guard case .object(let object) = self else { return self }
        return .object(Object(object.filter { !$0.value.isNull }.map { ($0.key, $0.value.withoutNulls) }))
    }
}

/// Makes Pods whose lists have the keys they need.
private struct RandomPod {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pod() -> Value {
        var spec = Object()
        spec["containers"] = keyed("name", 0...4) { random in
            var container = Object()
            container["image"] = random.word()
            container["env"] = random.keyed("name", 0...4) { random in Object([("value", random.word())]) }
            container["ports"] = random.keyed("containerPort", 0...3) { _ in Object() }
            container["args"] = random.words(0...3)
            return container
        }
        spec["volumes"] = keyed("name", 0...3) { random in Object([(random.coin() ? "emptyDir" : "configMap", Value.object(Object()))]) }
        spec["tolerations"] = keyed("key", 0...2) { _ in Object() }
        if coin() { spec["nodeSelector"] = .object(Object([(text(), word())])) }
        return [
            "metadata": ["name": word(), "labels": .object(Object([(text(), word())])), "finalizers": words(0...4)], "spec": .object(spec),
        ]
    }

    private mutating func coin() -> Bool { Bool.random(using: &random) }
    private mutating func text() -> String { "w\(Int.random(in: 0...5, using: &random))" }
    private mutating func word() -> Value { .string(text()) }

    private mutating func words(_ count: ClosedRange<Int>) -> Value {
        .array(["a", "b", "c", "d", "e"].shuffled(using: &random).prefix(Int.random(in: count, using: &random)).map { .string($0) })
    }

    private mutating func keyed(_ key: String, _ count: ClosedRange<Int>, _ make: (inout RandomPod) -> Object) -> Value {
        let names = ["a", "b", "c", "d", "e", "f"].shuffled(using: &random).prefix(Int.random(in: count, using: &random))
        return .array(
            names.map { name in
                var element = make(&self)
                element[key] = .string(name)
                return .object(element)
            })
    }
}
