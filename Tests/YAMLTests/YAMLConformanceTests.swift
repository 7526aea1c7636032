import Manifests
import TestSupport
import Testing
import YAML

@Suite("YAML against the YAML test suite and real manifests")
struct YAMLConformanceTests {
    @Test func testSuite() throws {
        var report = ConformanceReport("yaml", known: Self.known)
        for run in try Conformance.cases("yaml") {
            report.check(run.name) {
                let bytes = try run.bytes("in.yaml")
                switch run.meta["kind"]?.string {
                case "error":
                    guard let documents = try? YAML.parse(bytes, file: "in.yaml") else { return nil }
                    return "should have been refused, gave \(documents.map { JSON.string($0.value) })"
                case "json":
                    let documents = try YAML.parse(bytes, file: "in.yaml").map(\.value)
                    return Self.difference(documents, try run.json("expected.json").array ?? [])
                default:
                    // No JSON form: it may be refused or read, but never crash.
                    _ = try? YAML.parse(bytes, file: "in.yaml")
                    return nil
                }
            }
        }
        report.finish()
    }

    @Test func realManifests() throws {
        var report = ConformanceReport("manifests")
        for run in try Conformance.cases("manifests") {
            report.check(run.name) {
                let documents = try YAML.parse(try run.bytes("manifest.yaml"), file: "manifest.yaml").map(\.value)
                let expected = try run.json("expected.json").array ?? []
                if let difference = Self.difference(documents, expected) { return difference }
                let again = try YAML.parse(YAML.emit(documents: documents), file: "emitted").map(\.value)
                return Self.difference(again, documents).map { "written and read again: \($0)" }
            }
        }
        report.finish()
    }

    static let known: [String: String] = [:]

    static func difference(_ found: [Value], _ expected: [Value]) -> String? {
        let (found, expected) = (found.filter { !$0.isNull }, expected.filter { !$0.isNull })
        if SemanticDiff.equal(.array(found), .array(expected)) { return nil }
        return SemanticDiff.changes(from: .array(expected), to: .array(found)).prefix(6).map(\.description).joined(separator: "; ")
    }
}
