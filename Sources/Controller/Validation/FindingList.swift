internal import Manifests

/// Findings as they come in, of which equal ones are one that names all their Environments.
struct FindingList {
    private struct Key: Hashable {
        var file: String
        var line: Int
        var column: Int
        var text: String
    }

    private var positions: [Key: Int] = [:]
    private var findings: [Finding] = []
    /// Findings that did not fit.
    private var left = 0

    mutating func add(_ finding: Finding) {
        let key = Key(
            file: finding.position.file, line: finding.position.line, column: finding.position.column, text: finding.text)
        if let position = positions[key] {
            let all = Set(findings[position].environments).union(finding.environments)
            findings[position].environments = all.sorted()
            // Rendering knows only that a text cannot be read; who looks at the text says why.
            if findings[position].rule == .syntax { findings[position].rule = finding.rule }
        } else if findings.count < Limits.findings {
            positions[key] = findings.count
            findings.append(finding)
        } else {
            left += 1
        }
    }

    mutating func add(_ new: some Sequence<Finding>) {
        for finding in new { add(finding) }
    }

    /// By file, line and column. What did not fit is said in a finding of its own.
    func sorted() -> [Finding] {
        guard left > 0 else { return findings.sorted() }
        let last = findings.map(\.position).max { $0.file < $1.file }
        let rest = last.map { Finding(.warning, .tooMuch, at: $0, "\(left) more findings are not listed") }
        return findings.sorted() + [rest].compactMap { $0 }
    }
}
