internal import Controller
internal import Kustomize
internal import Manifests

/// What `slipway validate` prints.
struct ValidationReport {
    enum Schemas {
        case checked(server: String)
        case skipped(note: String)

        var note: String? {
            switch self {
            case .checked: nil
            case .skipped(let note): note
            }
        }
    }

    struct Environment {
        var name: String
        var objects: Int
        var errors: [Finding]
    }

    let findings: [Finding]
    private let environments: [Environment]
    private let schemas: Schemas

    init(_ check: RepositoryCheck, schemas: Schemas) {
        let findings = check.findings
        self.findings = findings
        self.schemas = schemas
        environments = check.renderings.map { name, rendering in
            let errors = findings.filter { $0.severity == .error && $0.environments.contains(name) }
            return Environment(name: name, objects: rendering.objects.count, errors: errors)
        }
    }

    var errors: Int { findings.count { $0.severity == .error } }
    var warnings: Int { findings.count { $0.severity == .warning } }

    // MARK: For people

    /// A line a finding, as compilers write them, and one that sums up.
    var table: String { (findings.map(Self.line) + [summary]).joined(separator: "\n") }

    private static func line(_ finding: Finding) -> String {
        let colour: Terminal.Colour = finding.severity == .error ? .red : .yellow
        let about = finding.environments.isEmpty ? "" : " (\(finding.environments.joined(separator: ", ")))"
        let place = Terminal.harmless(finding.place)
        let text = Terminal.harmless(finding.text)
        return "\(place): \(Terminal.paint(finding.severity.rawValue, colour)): \(text) [\(finding.rule.id)]\(about)"
    }

    private var summary: String {
        func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
        let valid = environments.filter(\.errors.isEmpty)
        let listed = valid.map { "\($0.name) (\(counted($0.objects, "object")))" }.joined(separator: ", ")
        let none = environments.isEmpty ? "there is no environment" : "no environment is valid"
        let state = valid.isEmpty ? none : "valid: \(listed)"
        return "\(counted(errors, "error")), \(counted(warnings, "warning")); \(state)"
    }

    // MARK: For programs

    var document: Value {
        var document: Object = [
            "valid": .bool(errors == 0), "errors": .integer(Int64(errors)), "warnings": .integer(Int64(warnings)),
            "findings": .array(findings.map(Self.value)),
            "environments": .array(environments.map(Self.value)),
        ]
        switch schemas {
        case .checked(let server): document["schemas"] = ["checked": true, "server": .string(server)]
        case .skipped(let note): document["schemas"] = ["checked": false, "note": .string(note)]
        }
        return .object(document)
    }

    private static func value(_ finding: Finding) -> Value {
        var value: Object = [
            "severity": .string(finding.severity.rawValue), "rule": .string(finding.rule.id), "file": .string(finding.position.file),
        ]
        if finding.position.line > 0 {
            value["line"] = .integer(Int64(finding.position.line))
            value["column"] = .integer(Int64(finding.position.column))
        }
        if !finding.subject.isEmpty { value["subject"] = .string(finding.subject) }
        value["message"] = .string(finding.message)
        if let hint = finding.hint { value["hint"] = .string(hint) }
        value["environments"] = .array(finding.environments.map { .string($0) })
        return .object(value)
    }

    private static func value(_ environment: Environment) -> Value {
        [
            "environment": .string(environment.name), "valid": .bool(environment.errors.isEmpty),
            "objects": .integer(Int64(environment.objects)), "errors": .array(environment.errors.map { .string("\($0)") }),
        ]
    }
}
