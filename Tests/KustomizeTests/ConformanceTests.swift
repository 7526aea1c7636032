import Glibc
import Kustomize
import Manifests
import TestSupport
import Testing
import YAML

/// Renders the cases of kustomize's own suite and of real repositories. Which do not pass yet is listed exactly: a case that begins
/// to fail, and one that begins to pass, both fail the test.
@Suite("Rendering against kustomize's own suite and real overlays")
struct ConformanceTests {
    @Test(arguments: ["kustomize", "overlays"]) func category(_ category: String) throws {
        var report = ConformanceReport(category, known: KnownDifferences.of(category))
        for run in try Conformance.cases(category) { report.check(run.name) { try Self.problem(run) } }
        report.finish()
    }

    /// What only kustomize's unreleased master does: what we share with it stays, the rest is listed.
    @Test func next() throws {
        var report = ConformanceReport("kustomize-next", known: KnownDifferences.of("kustomize-next"))
        for run in try Conformance.cases("kustomize-next") { report.check(run.name) { try Self.problem(run) } }
        report.finish()
    }

    @Test func nameHashes() throws {
        var report = ConformanceReport("kustomize-hash")
        for run in try Conformance.cases("kustomize-hash") {
            report.check(run.name) {
                let object = try YAML.parse(try run.bytes("object.yaml"), file: "object.yaml")[0].value
                let expected = try run.text("expected.txt").split(separator: "\n").first.map(String.init) ?? ""
                let found = NameHash.suffix(for: object)
                return found == expected ? nil : "\(found), not \(expected)"
            }
        }
        report.finish()
    }

    /// Also prints every case that does not pass when `SLIPWAY_CONFORMANCE_VERBOSE` is set: a report shows only the first.
    private static func problem(_ run: ConformanceCase) throws -> String? {
        let problem = try compare(run)
        if let problem, getenv("SLIPWAY_CONFORMANCE_VERBOSE") != nil { print("differs: \(run.name): \(problem)") }
        return problem
    }

    private static func compare(_ run: ConformanceCase) throws -> String? {
        let files = try InMemoryFiles(readingFolder: run.folder + "/input")
        let root = String(try run.text("root").split(separator: "\n").first ?? "")
        var options = RenderOptions.kustomize
        if run.has("options.json") {
            let written = try run.json("options.json")
            if written["reorder"] == "legacy" || written["reorder"] == "unspecified" { options.order = .legacy }
            if written["loadRestrictions"] == "none" { options.loadRestriction = .tree }
        }
        let renderer = Renderer(files: files, yaml: .standard, options: options)
        let mustFail = !run.has("expected.yaml")
        let objects: [Value]
        do {
            objects = try renderer.render(root == "." ? "" : root).objects
        } catch {
            return mustFail ? nil : "\(error.code): \(error)"
        }
        if mustFail { return "rendered, and must fail: \(try run.text("expected-error.txt").prefix(200))" }
        let expected = try YAML.parse(try run.bytes("expected.yaml"), file: "expected.yaml").map(\.value).filter { !$0.isNull }
        return difference(objects, expected)
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
