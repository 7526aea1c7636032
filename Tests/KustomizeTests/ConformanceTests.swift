import Glibc
import Manifests
import TestSupport
import Testing
import YAML

@testable import Kustomize

/// Renders the cases of kustomize's own suite and of real repositories. Which do not pass yet is listed exactly: a case that begins
/// to fail, and one that begins to pass, both fail the test.
@Suite("Rendering against kustomize's own suite and real overlays")
struct ConformanceTests {
    @Test(arguments: ["kustomize", "overlays", "overlays-large"]) func category(_ category: String) throws {
        var report = ConformanceReport(category, known: KnownDifferences.of(category))
        for run in try Conformance.cases(category) { report.check(run) { try Self.problem(run) } }
        report.finish()
    }

    /// What only kustomize's unreleased master does: what we share with it stays, the rest is listed.
    @Test func next() throws {
        var report = ConformanceReport("kustomize-next", known: KnownDifferences.of("kustomize-next"))
        for run in try Conformance.cases("kustomize-next") { report.check(run) { try Self.problem(run) } }
        report.finish()
    }

    /// The order of the same documents without `sortOptions` and flags, which is the legacy one.
    @Test(arguments: ["kustomize", "overlays", "overlays-large"]) func legacyOrder(_ category: String) throws {
        var report = ConformanceReport(category + ", legacy order", known: KnownDifferences.of(category + ", legacy order"))
        for run in try Conformance.cases(category) where run.has("legacy-order.json") {
            report.check(run) {
                let order = (try run.json("legacy-order.json").array ?? []).compactMap { $0.integer.map { Int($0) } }
                let expected = try Self.expected(run)
                guard order.count == expected.count, order.allSatisfy(expected.indices.contains) else { return "the order is no order" }
                guard case .success(let objects) = try Self.render(run, order: .legacy) else { return "is not rendered" }
                return Self.difference(objects, order.map { expected[$0] })
            }
        }
        report.finish()
    }

    /// kustomize's own merge of a patch, with the choices that only its library has.
    @Test func merges() throws {
        var report = ConformanceReport("kyaml-merge2", known: KnownDifferences.of("kyaml-merge2"))
        for run in try Conformance.cases("kyaml-merge2") { report.check(run) { try Self.mergeProblem(run) } }
        report.finish()
    }

    private static func mergeProblem(_ run: ConformanceCase) throws -> String? {
        func document(_ file: String) throws -> Value? { try YAML.parse(try run.bytes(file), file: file).first?.value }
        let original = try document("original.yaml") ?? .null
        var merge = KustomizeMerge()
        if let kind = original.kind, let apiVersion = original.apiVersion {
            merge.schema = SchemaCatalog().schema(of: TypeId(apiVersion: apiVersion, kind: kind))
        }
        merge.newElements = run.meta["listIncreaseDirection"] == "prepend" ? .first : .last
        merge.infersKeys = run.meta["inferAssociativeLists"] == true
        let found = try merge.merge(try document("patch.yaml") ?? .null, into: original) ?? .null
        let expected = try document("expected.yaml") ?? .null
        if found == expected { return nil }
        return SemanticDiff.changes(from: expected, to: found).prefix(4).map(\.description).joined(separator: "; ")
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

    /// Also prints every case that does not pass when `SLIPWAY_CONFORMANCE_VERBOSE` is set: a report shows only the first.
    private static func problem(_ run: ConformanceCase) throws -> String? {
        let problem = try compare(run)
        if let problem, getenv("SLIPWAY_CONFORMANCE_VERBOSE") != nil { print("differs: \(run.name): \(problem)") }
        return problem
    }

    private static func compare(_ run: ConformanceCase) throws -> String? {
        let mustFail = !run.has("expected.yaml")
        switch try render(run) {
        case .failure(let error): return mustFail ? nil : "\(error.code): \(error)"
        case .success(let objects):
            if mustFail { return "rendered, and must fail: \(try run.text("expected-error.txt").prefix(200))" }
            return difference(objects, try expected(run))
        }
    }

    private static func expected(_ run: ConformanceCase) throws -> [Value] {
        try YAML.parse(try run.bytes("expected.yaml"), file: "expected.yaml").map(\.value).filter { !$0.isNull }
    }

    private static func render(_ run: ConformanceCase, order: RenderOptions.Order? = nil) throws -> Result<[Value], RenderError> {
        let files = try InMemoryFiles(readingFolder: run.folder + "/input")
        let root = String(try run.text("root").split(separator: "\n").first ?? "")
        var options = RenderOptions.kustomize
        if run.has("options.json") {
            let written = try run.json("options.json")
            if written["reorder"] == "legacy" || written["reorder"] == "unspecified" { options.order = .legacy }
            if written["loadRestrictions"] == "none" { options.loadRestriction = .tree }
        }
        if let order { options.order = order }
        let renderer = Renderer(files: files, yaml: .standard, options: options)
        return Result { () throws(RenderError) in try renderer.render(root == "." ? "" : root).objects }
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
