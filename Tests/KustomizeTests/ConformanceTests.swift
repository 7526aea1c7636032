import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

/// Renders the cases of kustomize's own suite and of real repositories. Which do not pass yet is listed exactly: a case that begins
/// to fail, and one that begins to pass, both fail the test.
@Suite("Rendering against kustomize's own suite and real overlays")
struct ConformanceTests {
    @Test(arguments: ["kustomize", "overlays", "overlays-large", "kustomize-next"]) func category(_ category: String) throws {
        var report = ConformanceReport(category, known: KnownDifferences.of(category))
        for run in try Conformance.cases(category) { report.check(run) { try Self.compare(run) } }
        report.finish()
    }

    /// The order that `kustomize build` has without flags.
    @Test(arguments: ["kustomize", "overlays", "overlays-large", "kustomize-next"]) func legacyOrder(_ category: String) throws {
        var report = ConformanceReport("\(category), legacy order")
        for run in try Conformance.cases(category) where run.has("legacy-order.json") {
            report.check(run) {
                let order = try run.json("legacy-order.json").array?.map { $0.integer.map(Int.init) ?? -1 } ?? []
                let expected = try run.expectedObjects
                guard order.allSatisfy(expected.indices.contains) else { return "legacy-order.json does not fit expected.yaml" }
                return Self.difference(try run.render(order: .legacy), order.map { expected[$0] })
            }
        }
        report.finish()
    }

    @Test func nameHashes() throws {
        var report = ConformanceReport("kustomize-hash")
        for run in try Conformance.cases("kustomize-hash") {
            report.check(run) {
                let object = try YAML.parse(try run.bytes("object.yaml"), file: "object.yaml")[0].value
                let expected = try run.text("expected.txt").split(separator: "\n").first.map(String.init) ?? ""
                let found = NameHash.suffix(for: object)
                return found == expected ? nil : "\(found), not \(expected)"
            }
        }
        report.finish()
    }

    private static func compare(_ run: ConformanceCase) throws -> String? {
        let mustFail = !run.has("expected.yaml")
        let objects: [Value]
        do {
            objects = try run.render()
        } catch let error as RenderError {
            return mustFail ? nil : "\(error.code): \(error)"
        }
        if mustFail { return "rendered, and must fail: \(try run.text("expected-error.txt").prefix(200))" }
        return difference(objects, try run.expectedObjects)
    }

    private static func difference(_ objects: [Value], _ expected: [Value]) -> String? {
        for (position, (wanted, found)) in zip(expected, objects).enumerated() where wanted != found {
            let changes = SemanticDiff.changes(from: wanted, to: found).prefix(4).map(\.description).joined(separator: "; ")
            let (name, other) = (wanted.identity?.description ?? "?", found.identity?.description ?? "?")
            return "document \(position), \(name == other ? name : "\(name) is \(other)"): \(changes)"
        }
        return expected.count == objects.count ? nil : "\(objects.count) objects, and \(expected.count) are expected"
    }
}
