import Delivery
import Manifests
import Testing

/// Schemas and decoders say the same: every change of a full document is accepted by both or refused by both.
@Suite struct PolicySchemaTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        var schema: Value
        var document: String
        var decode: @Sendable (Value) -> [ManifestError]
        var testDescription: String { name }
    }

    static let kinds = [
        Kind(name: "Environment", schema: PolicySchema.environment, document: PolicyDecodeTests.full) { value in
            do throws(PolicyErrors) {
                _ = try EnvironmentPolicy.decode(value, folder: "production")
                return []
            } catch { return error.errors }
        },
        Kind(name: "SmokeTest", schema: PolicySchema.smokeTest, document: SmokeTestTests.full) { value in
            do throws(PolicyErrors) {
                _ = try SmokeTest.decode(value)
                return []
            } catch { return error.errors }
        },
    ]

    /// What is put in the place of each value, one after another.
    static let probes: [Value] = [
        true, 0, 1, 3, 50, 101, -1, 2.5, 100_000_000, "", " ", "x", "staging", "5m", "5", "1h30m", "GET", "get", "fail", "force", "/a/b",
        "a/../b",
        "a//b", "Upper", "-x", [], [200], ["a"], ["a", "a"], [[]], [["path": "/a", "exists": true]], [["path": "/a"]], [:], ["x": "y"],
        "09:00", "24:00", "2027-01-02", ["takeOver": ["helm"]], ["takeOver": []], ["namespace": "nova"], ["required": 1, "role": "r"],
    ]

    /// What only one of the two can say: names of folders and of other documents, ranges of durations, and rules across fields.
    private static func isBeyondSchema(_ error: ManifestError) -> Bool {
        let texts = [
            "the name of its folder", "cannot wait for itself", "duration such as", "carries no body", "two steps named",
            "greater than atMost",
            "JSON pointer", "is not the name of a header", "when order is inOrder", "another time of day than to",
            "must not be before from", "must be a day", "twice; add up",
            "set a longer deadline", "two gates named", "must not be greater than max",
            "of jobs twice",
            "can never reach a significance", "must stand within quotes", "unknown variable", "unknown key", "is not the name", "\" twice",
        ]
        return texts.contains { error.message.contains($0) }
    }

    @Test(arguments: kinds)
    func theFullExampleFits(_ kind: Kind) throws {
        let document = try PolicyDecodeTests.value(kind.document)
        #expect(try SchemaValidator.faults(document, kind.schema) == [])
        #expect(kind.decode(document).isEmpty)
    }

    @Test(arguments: kinds)
    func everyChangeOfAValueIsJudgedAlike(_ kind: Kind) throws {
        let document = try PolicyDecodeTests.value(kind.document)
        var judged = 0
        for part in Self.parts(document) {
            for path in Self.places(part) {
                for probe in Self.probes {
                    try judge(kind, Self.replacing(part, path, probe), "\(path.text) = \(probe.shortText)", &judged)
                }
                try judge(kind, Self.replacing(part, path, nil), "\(path.text) removed", &judged)
            }
        }
        #expect(judged > 500)
    }

    @Test(arguments: kinds)
    func anUnknownKeyIsRefusedEverywhere(_ kind: Kind) throws {
        let document = try PolicyDecodeTests.value(kind.document)
        for path in [[]] + Self.places(document) where document.value(at: path)?.object != nil {
            if path.last == .key("headers") || path.last == .key("values") || path.last == .key("labels") || path.contains(.key("body")) {
                continue
            }
            let changed = Self.replacing(document, path + [.key("zzz")], 1)
            #expect(try !SchemaValidator.faults(changed, kind.schema).isEmpty, "\(path.text)")
            #expect(kind.decode(changed).contains { $0.message.contains("zzz") }, "\(path.text)")
        }
    }

    /// The example has every key there is, or the tests above would miss one.
    @Test(arguments: kinds)
    func theExampleUsesEveryKeyOfTheSchema(_ kind: Kind) throws {
        func properties(_ schema: Value) -> Set<String> {
            var names: Set<String> = []
            for (key, part) in schema.object ?? Object() {
                if key == "properties" { names.formUnion((part.object ?? Object()).keys) }
                if part.object != nil { names.formUnion(properties(part)) }
                for element in part.array ?? [] { names.formUnion(properties(element)) }
            }
            return names
        }
        func keys(_ value: Value) -> Set<String> {
            var names = Set((value.object ?? Object()).keys)
            for member in value.object?.values ?? value.array ?? [] { names.formUnion(keys(member)) }
            return names
        }
        #expect(properties(kind.schema).subtracting(keys(try PolicyDecodeTests.value(kind.document))) == [])
    }

    @Test func weightsAreFiveNumbers() throws {
        let weights: Value = [
            "apiVersion": "slipway.dev/v1", "kind": "RankingWeights",
            "weights": ["freshness": 15, "completion": 40, "engagement": 24.5, "affinity": 15.5, "deepLearning": 5],
        ]
        #expect(try SchemaValidator.faults(weights, PolicySchema.rankingWeights) == [])
        for (key, value) in [("freshness", 101), ("freshness", -1), ("freshness", 0.001), ("freshness", "15"), ("other", 1)]
            as [(String, Value)]
        {
            var wrong = weights
            wrong.set(["weights", key], to: value)
            #expect(try !SchemaValidator.faults(wrong, PolicySchema.rankingWeights).isEmpty, "\(key) \(value)")
        }
    }

    @Test func weightsOverABaseNeedNotBeAll() throws {
        let head: Value = ["apiVersion": "slipway.dev/v1", "kind": "RankingWeights"]
        var partial = head
        partial["weights"] = ["freshness": 15]
        #expect(try !SchemaValidator.faults(partial, PolicySchema.rankingWeights).isEmpty)
        #expect(try !SchemaValidator.faults(head, PolicySchema.rankingWeights).isEmpty)
        partial["base"] = "../common.yaml"
        #expect(try SchemaValidator.faults(partial, PolicySchema.rankingWeights) == [])
        partial["weights"] = ["freshnes": 15]
        #expect(try !SchemaValidator.faults(partial, PolicySchema.rankingWeights).isEmpty)
    }

    @Test(arguments: [
        ("environments/staging/environment.yaml", 0), ("environments/production/environment.yaml", 0), ("hooks/smoke-tests.yaml", 1),
        ("environments/staging/weights.yaml", 2), ("environments/production/weights.yaml", 2),
    ])
    func theFilesOfThisRepositoryFit(_ path: String, _ kind: Int) throws {
        let document = try PolicyDecodeTests.value(try RepositoryFile.read(path))
        #expect(try SchemaValidator.faults(document, PolicySchema.all[kind].schema) == [])
        if kind == 1 { #expect(throws: Never.self) { try SmokeTest.decode(document) } }
    }

    @Test func allAreListed() {
        #expect(PolicySchema.all.map(\.kind) == ["Environment", "SmokeTest", "RankingWeights"])
        for (kind, schema) in PolicySchema.all {
            #expect(schema["title"] == .string(kind) && schema["$id"]?.string?.contains(kind) == true)
        }
    }

    private func judge(
        _ kind: Kind, _ document: Value, _ what: String, _ judged: inout Int
    ) throws {
        let errors = kind.decode(document)
        let faults = try SchemaValidator.faults(document, kind.schema)
        judged += 1
        if errors.isEmpty {
            #expect(faults == [], "\(what): the decoder takes it, the schema does not")
        } else if !errors.allSatisfy(Self.isBeyondSchema) {
            #expect(!faults.isEmpty, "\(what): the schema takes it, the decoder says \(errors)")
        }
    }

    /// Every value is judged with the whole document around it: two halves take half as long as the whole.
    private static func parts(_ document: Value) -> [Value] {
        guard let metrics = document["spec", "verification", "metrics"]?.array else { return [document] }
        var first = document
        for key in ["metrics", "hooks", "jobs"] { first.set(["spec", "verification", key], to: nil) }
        var second = document
        for key in document["spec"]?.object?.keys ?? [] where key != "target" && key != "verification" {
            second.set(["spec", key], to: nil)
        }
        second.set(["spec", "verification", "metrics"], to: .array(Array(metrics.prefix(2))))
        return [first, second]
    }

    private static func places(_ value: Value, below path: [PathElement] = []) -> [[PathElement]] {
        var places: [[PathElement]] = []
        for (key, member) in value.object ?? Object() {
            places.append(path + [.key(key)])
            if key != "body" { places += self.places(member, below: path + [.key(key)]) }
        }
        for (index, element) in (value.array ?? []).enumerated() {
            places.append(path + [.index(index)])
            places += self.places(element, below: path + [.index(index)])
        }
        return places
    }

    private static func replacing(_ value: Value, _ path: [PathElement], _ new: Value?) -> Value {
        guard let step = path.first else { return new ?? value }
        let rest = Array(path.dropFirst())
        var value = value
        switch step {
        case .key(let key):
            value[key] = rest.isEmpty ? new : replacing(value[key] ?? .null, rest, new)
        case .index(let index):
            var elements = value.array ?? []
            if rest.isEmpty {
                if let new { elements[index] = new } else { elements.remove(at: index) }
            } else {
                elements[index] = replacing(elements[index], rest, new)
            }
            value = .array(elements)
        case .element: break
        }
        return value
    }
}
