internal import Controller
internal import Manifests

/// Findings as a log in the Static Analysis Results Interchange Format 2.1.0 (OASIS), as code scanning services take it.
enum SARIF {
    static func log(of findings: [Finding]) -> Value {
        let rules = FindingRule.all
        var positions: [FindingRule: Int] = [:]
        for (position, rule) in rules.enumerated() { positions[rule] = position }
        let driver: Value = [
            "name": "slipway", "version": .string(SlipwayVersion.current), "semanticVersion": .string(SlipwayVersion.current),
            "informationUri": "https://slipway.dev", "rules": .array(rules.map(description)),
        ]
        let run: Value = [
            "tool": ["driver": driver], "invocations": [["executionSuccessful": true]], "columnKind": "unicodeCodePoints",
            "results": .array(findings.map { result($0, positions) }),
        ]
        return ["$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]]
    }

    private static func description(_ rule: FindingRule) -> Value {
        [
            "id": .string(rule.id), "shortDescription": ["text": .string(rule.summary)],
            "defaultConfiguration": ["level": .string(rule.isWarning ? "warning" : "error")],
        ]
    }

    private static func result(_ finding: Finding, _ positions: [FindingRule: Int]) -> Value {
        // A finding about a whole file stands at its first line: services want a line.
        var region: Object = ["startLine": .integer(Int64(max(1, finding.position.line)))]
        if finding.position.line > 0, finding.position.column > 0 { region["startColumn"] = .integer(Int64(finding.position.column)) }
        let location: Value = [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(uri(finding.position.file)), "uriBaseId": "%SRCROOT%"], "region": .object(region),
            ]
        ]
        var result: Object = ["ruleId": .string(finding.rule.id)]
        if let position = positions[finding.rule] { result["ruleIndex"] = .integer(Int64(position)) }
        result["level"] = .string(finding.severity.rawValue)
        result["message"] = ["text": .string(finding.text)]
        result["locations"] = [location]
        if !finding.environments.isEmpty {
            result["properties"] = ["environments": .array(finding.environments.map { .string($0) })]
        }
        return .object(result)
    }

    /// A path as a relative reference of RFC 3986: all but unreserved characters and slashes percent-encoded.
    static func uri(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text.isEmpty ? "." : text
    }
}
