internal import Manifests
package import Testing

/// Counts the cases of one category, also by feature, and fails the test for each that differs without a known reason, and for each known one
/// that passes by now. All cases are gone through before anything fails.
package struct ConformanceReport {
    private let category: String
    /// Case names and why they differ.
    private let known: [String: String]
    private var total = ConformanceCount()
    private var features: [String: ConformanceCount] = [:]
    private var onPurpose: [(name: String, reason: String)] = []
    private var failures: [(name: String, problem: String)] = []

    package init(_ category: String, known: [String: String] = [:]) {
        self.category = category
        self.known = known
    }

    /// Runs one case. The body answers what is wrong, or `nil`.
    /// - Parameters:
    ///   - part: names one of several checks of the case.
    ///   - reason: why a difference would be on purpose by a rule, whatever the case is called.
    package mutating func check(_ run: ConformanceCase, part: String = "", reason: String? = nil, _ body: () throws -> String?) {
        let name = run.name + part
        let problem: String?
        do { problem = try body() } catch { problem = "threw \(error)" }
        let features = run.features
        switch (problem, known[name], reason) {
        case (nil, nil, _): count(\.passed, features)
        case (nil, .some, _):
            count(\.failed, features)
            failures.append((name, "is listed as a known difference but passes"))
        case (.some, let reason?, _), (.some, nil, let reason?):
            count(\.onPurpose, features)
            onPurpose.append((name, reason))
        case (let problem?, nil, nil):
            count(\.failed, features)
            failures.append((features.isEmpty ? name : "\(name) [\(features.joined(separator: ", "))]", problem))
        }
    }

    private mutating func count(_ outcome: WritableKeyPath<ConformanceCount, Int>, _ names: [String]) {
        total[keyPath: outcome] += 1
        for name in names { features[name, default: ConformanceCount()][keyPath: outcome] += 1 }
    }

    /// Prints the category's table and records the failures. Only a missing folder of all categories fails; a category may be absent.
    package func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        let text = table.joined(separator: "\n") + "\n"
        // One write, so that suites that run at the same time do not write between its lines.
        print(text, terminator: "")
        if !Files.isFolder(Conformance.root) {
            Issue.record("no folder of cases at \(Conformance.root): set SLIPWAY_CONFORMANCE", sourceLocation: sourceLocation)
        }
        for (name, problem) in failures.prefix(40) { Issue.record("\(category)/\(name): \(problem)", sourceLocation: sourceLocation) }
        if failures.count > 40 { Issue.record("and \(failures.count - 40) more", sourceLocation: sourceLocation) }
    }

    private var table: [String] {
        if total.all == 0 { return ["conformance \(category): no cases"] }
        var lines = ["conformance \(category): \(total.all) cases, \(total)"]
        let width = features.keys.map(\.count).max() ?? 0
        for (name, count) in features.sorted(by: { $0.key < $1.key }) {
            lines.append("    \(name)\(String(repeating: " ", count: width - name.count))  \(count)")
        }
        for (name, reason) in onPurpose { lines.append("  differs on purpose: \(name): \(reason)") }
        for (name, problem) in failures { lines.append("  FAILED: \(name): \(problem)") }
        return lines
    }
}
