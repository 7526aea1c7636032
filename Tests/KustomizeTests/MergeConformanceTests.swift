import Manifests
import TestSupport
import Testing
import YAML

@testable import Kustomize

/// kustomize's own merge of a patch into one object, against the cases of its library.
@Suite("Merging as kustomize merges")
struct MergeConformanceTests {
    @Test func merge() throws {
        var report = ConformanceReport("kyaml-merge2")
        for run in try Conformance.cases("kyaml-merge2") {
            report.check(run, reason: try Self.reason(run)) {
                let original = try Self.object(run, "original.yaml")
                let patch = try Self.object(run, "patch.yaml")
                let expected = try Self.object(run, "expected.yaml")
                let found = try Self.merge(patch, into: original, run.meta)
                if found == expected { return Self.keepsComments(run) ? "the data is right, the comments are lost" : nil }
                return SemanticDiff.changes(from: expected ?? .null, to: found ?? .null).map(\.description).joined(separator: "; ")
            }
        }
        report.finish()
    }

    private static func keepsComments(_ run: ConformanceCase) -> Bool { run.name.hasPrefix("TestMerge_comments") }

    /// Why a case differs on purpose, by rule: comments are no part of a value.
    private static func reason(_ run: ConformanceCase) throws -> String? {
        if keepsComments(run) { return "comments are not kept: what is rendered has none" }
        let text = try run.text("original.yaml") + run.text("patch.yaml")
        return text.contains("# {") ? "merge rules that are written as a comment are not read; a tree names them by openapi" : nil
    }

    private static func merge(_ patch: Value?, into original: Value?, _ meta: Value) throws -> Value? {
        guard let patch else { return original }
        let typed = original?.kind == nil ? patch : original ?? patch
        var merge = KustomizeMerge(schema: SchemaCatalog().schema(of: TypeId(apiVersion: typed.apiVersion ?? "", kind: typed.kind ?? "")))
        merge.infersKeys = meta["inferAssociativeLists"]?.bool ?? false
        merge.newElements = meta["listIncreaseDirection"] == "prepend" ? .first : .last
        return try merge.merge(patch, into: original ?? .null)
    }

    /// `nil` for a file without an object, which stands for one that is removed.
    private static func object(_ run: ConformanceCase, _ file: String) throws -> Value? {
        let value = try YAML.parse(try run.bytes(file), file: file).first?.value
        return value?.isNull == false ? value : nil
    }
}
