import Manifests
import TestSupport
import Testing
import YAML

@Suite("Strategic merge against the cases of Kubernetes")
struct StrategicConformanceTests {
    @Test func patchesAndTheirMaking() throws {
        var report = ConformanceReport("smp", known: Self.known)
        let cases = try Conformance.cases("smp")
        let hints = cases.isEmpty ? .null : try JSON.parse(try Files.read(Conformance.root + "/smp-schemas/hints.json"))
        for run in cases {
            let schema = HintSchema(types: hints, type: run.meta["schema"]?.string ?? "")
            for (index, operation) in (run.meta["ops"]?.array ?? []).enumerated() {
                report.check(run, part: "#\(index)") { try Self.check(operation, run, schema) }
            }
        }
        report.finish()
    }

    /// The same with schemas as the API server publishes them.
    @Test(arguments: ["", "-v3"])
    func withOpenAPISchemas(_ version: String) throws {
        var report = ConformanceReport("smp, schemas\(version) of the API server", known: Self.knownOpenAPI)
        let cases = try Conformance.cases("smp")
        let names = ["mergeItem": "merge", "precisionItem": "precision"]
        var schemas: [String: OpenAPISchema] = [:]
        for (type, name) in names where !cases.isEmpty {
            // These files have a comma too many for JSON; upstream reads them as YAML too.
            let file = Conformance.root + "/smp-schemas/swagger-\(name)-item\(version).json"
            let document = try #require(try YAML.parse(try Files.read(file), file: file).first).value
            let schema: OpenAPISchema = try #require(OpenAPISchema(definition: type, of: document))
            schemas[type] = schema
        }
        for run in cases {
            let schema = try #require(schemas[run.meta["schema"]?.string ?? ""])
            for (index, operation) in (run.meta["ops"]?.array ?? []).enumerated() {
                report.check(run, part: "#\(index)") { try Self.check(operation, run, schema) }
            }
        }
        report.finish()
    }

    static let known: [String: String] = [:]
    static let knownOpenAPI = [
        "unknownField-diff#0":
            "fields that a published schema does not list are merged, not refused: schemas of custom resources are often open",
        "unknownField-diff#1": "as above",
    ]

    private static func check(_ operation: Value, _ run: ConformanceCase, _ schema: any MergeSchema) throws -> String? {
        func file(_ key: String) throws -> Value { try run.json(operation[key]?.string ?? "") }
        func result() throws -> Value {
            switch operation["op"]?.string {
            case "apply": try StrategicMergePatch.apply(try file("patch"), to: try file("object"), schema: schema)
            case "diff2": try StrategicMergePatch.diff(from: try file("original"), to: try file("modified"), schema: schema)
            default:
                try StrategicMergePatch.threeWayDiff(
                    original: try file("original"), modified: try file("modified"), current: try file("current"), schema: schema,
                    overwriting: operation["overwrite"]?.bool ?? false)
            }
        }
        guard let error = operation["error"]?.string else {
            let found = try result()
            let expected = try file("expected")
            return found == expected
                ? nil : "\(operation["op"]?.string ?? ""): expected \(JSON.string(expected)), found \(JSON.string(found))"
        }
        do {
            return "should have failed with \(error), gave \(JSON.string(try result()))"
        } catch let failure as ManifestError {
            if error == "conflict" { return failure.code == .patchConflict ? nil : "another error: \(failure)" }
            return failure.message.contains(error) ? nil : "another error: \(failure)"
        }
    }
}

/// The schemas of the cases: types of `hints.json`, closed as Go structs are.
private struct HintSchema: MergeSchema {
    let types: Value
    let type: String

    var rejectsUnknownFields: Bool { types[type] != nil }

    func rules(for field: String) -> FieldRules? {
        if type.hasPrefix("map of") { return nil }
        guard let hint = types[type]?[field] else { return nil }
        let strategies = hint["patchStrategy"]?.string?.split(separator: ",") ?? []
        let child = hint["items"]?.string ?? hint["type"]?.string?.split(separator: " ").first.map(String.init) ?? ""
        return FieldRules(
            patchStrategy: strategies.contains("merge") ? .merge : strategies.contains("replace") ? .replace : .none,
            retainsKeys: strategies.contains("retainKeys"), patchMergeKey: hint["patchMergeKey"]?.string,
            schema: HintSchema(types: types, type: child))
    }
}
