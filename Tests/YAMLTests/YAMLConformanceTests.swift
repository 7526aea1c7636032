import Manifests
import TestSupport
import Testing
import YAML

@Suite("YAML against the YAML test suite and real manifests")
struct YAMLConformanceTests {
    @Test func testSuite() throws {
        var report = ConformanceReport("yaml", known: Self.known)
        for run in try Conformance.cases("yaml") {
            report.check(run) {
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
        var report = ConformanceReport("manifests", known: Self.knownManifests)
        for run in try Conformance.cases("manifests") {
            report.check(run) {
                let documents = try YAML.parse(try run.bytes("manifest.yaml"), file: "manifest.yaml").map(\.value)
                let expected = try run.json("expected.json").array ?? []
                if let difference = Self.difference(documents, expected) { return difference }
                let again = try YAML.parse(YAML.emit(documents: documents), file: "emitted").map(\.value)
                return Self.difference(again, documents).map { "written and read again: \($0)" }
            }
        }
        report.finish()
    }

    private static let refused = "valid YAML that libyaml refuses, as kubectl and kustomize do"
    private static let accepted = "not valid YAML, but libyaml accepts it, as kubectl and kustomize do"

    static let known = [
        "4MUZ-01": "flow mapping colon on line after key: " + refused,
        "58MP": "flow mapping edge cases: " + refused,
        "5MUD": "colon and adjacent value on next line: " + refused,
        "5T43": "colon at the beginning of adjacent flow scalar: " + refused,
        "7Z25": "bare document after document end marker: " + refused,
        "8XYN": "anchor with unicode character: " + refused,
        "96NN-00": "leading tab content in literals: " + refused,
        "96NN-01": "leading tab content in literals: " + refused,
        "9C9N": "wrong indented flow sequence: " + accepted,
        "9SA2": "multiline double quoted flow mapping key: " + refused,
        "CVW2": "comment after comma without a blank: " + accepted,
        "DK95-00": "tabs that look like indentation: " + refused,
        "DK95-01": "tabs that look like indentation: " + accepted,
        "DK95-04": "tabs that look like indentation: " + refused,
        "EB22": "directive without a document end before it: libyaml 0.2 accepts it, and so does kubectl",
        "MUS6-00": "directive variants: " + accepted,
        "MUS6-01": "two %YAML directives: libyaml accepts them, kubectl and kustomize do not",
        "MUS6-05": "directive variants: " + refused,
        "Q5MG": "tab at beginning of line followed by a flow mapping: " + refused,
        "QB6E": "wrong indented multiline quoted scalar: " + accepted,
        "R4YG": "tab after block indentation indicator: " + refused,
        "S98Z": "block scalar with more spaces than first content line: " + accepted,
        "SU5Z": "comment without whitespace after doublequoted scalar: " + accepted,
        "W5VH": "allowed characters in alias: " + refused,
        "Y79Y-003": "tabs in various contexts: " + accepted,
        "Y79Y-010": "tabs in various contexts: " + refused,
    ]

    static let knownManifests = [
        "examples-_archived-openshift-origin-openshift-controller":
            "has a key twice; kubectl takes the last one, strict tools and we refuse it"
    ]

    static func difference(_ found: [Value], _ expected: [Value]) -> String? {
        let (found, expected) = (found.filter { !$0.isNull }, expected.filter { !$0.isNull })
        if SemanticDiff.equal(.array(found), .array(expected)) { return nil }
        return SemanticDiff.changes(from: .array(expected), to: .array(found)).prefix(6).map(\.description).joined(separator: "; ")
    }
}
