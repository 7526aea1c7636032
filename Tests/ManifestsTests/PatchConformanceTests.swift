import Manifests
import TestSupport
import Testing

@Suite("Patches against the cases of other implementations")
struct PatchConformanceTests {
    @Test func jsonPatch() throws {
        var report = ConformanceReport("jsonpatch", known: Self.knownJSONPatch)
        for run in try Conformance.cases("jsonpatch") {
            report.check(run) {
                let document = try run.json("doc.json")
                let patch = try run.json("patch.json")
                let dialect: JSONPatch.Dialect = run.meta["extension"] == nil ? .rfc6902 : .kubernetes
                if run.has("expected-error.txt") { return Self.failure { try JSONPatch.apply(patch, to: document, dialect: dialect) } }
                return difference(try JSONPatch.apply(patch, to: document, dialect: dialect), try run.json("expected.json"))
            }
        }
        report.finish()
    }

    /// The same cases by the rules of the library that Kubernetes and kustomize use.
    @Test func jsonPatchOfKubernetes() throws {
        var report = ConformanceReport("jsonpatch")
        for run in try Conformance.cases("jsonpatch") {
            report.check(run) {
                let document = try run.json("doc.json")
                let patch = try run.json("patch.json")
                let outcome = run.meta["evanphxV4", "outcome"]?.string
                if outcome == "error" { return Self.failure { try JSONPatch.apply(patch, to: document, dialect: .kubernetes) } }
                let result = try JSONPatch.apply(patch, to: document, dialect: .kubernetes)
                return outcome == "same" && run.has("expected.json") ? difference(result, try run.json("expected.json")) : nil
            }
        }
        report.finish()
    }

    @Test func jsonMerge() throws {
        var report = ConformanceReport("jsonmerge")
        for run in try Conformance.cases("jsonmerge") {
            report.check(run) {
                if run.has("doc.json") {
                    let result = MergePatch.apply(try run.json("patch.json"), to: try run.json("doc.json"))
                    return difference(result, try run.json("expected.json"))
                }
                let current = try run.json("current.json")
                let patch = MergePatch.threeWayDiff(
                    original: try run.json("original.json"), modified: try run.json("modified.json"), current: current)
                if let difference = difference(patch, try run.json("threeWay.json")) { return difference }
                return difference(MergePatch.apply(patch, to: current), try run.json("result.json"))
            }
        }
        report.finish()
    }

    @Test func strategicMergeOfBuiltInKinds() throws {
        var report = ConformanceReport("smp-k8s")
        for run in try Conformance.cases("smp-k8s") {
            report.check(run) {
                let original = try run.json("original.json")
                let schema = KubernetesSchema.any(of: original)
                let result = try StrategicMergePatch.apply(try run.json("patch.json"), to: original, schema: schema)
                return difference(result, try run.json("expected.json"))
            }
        }
        report.finish()
    }

    static let knownJSONPatch = [
        "evanphx-badCases-036": "replaces the whole document by a string, which RFC 6902 allows; the Kubernetes dialect refuses it"
    ]

    static func failure(_ body: () throws -> Value) -> String? {
        do { return "should have failed, gave \(JSON.string(try body()))" } catch { return nil }
    }
}

/// What differs, as text, or `nil`.
func difference(_ found: Value, _ expected: Value) -> String? {
    if SemanticDiff.equal(found, expected) { return nil }
    return "expected -> found: " + SemanticDiff.changes(from: expected, to: found).map(\.description).joined(separator: "; ")
}
