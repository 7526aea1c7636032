package import Testing

/// Counts the cases of one category and fails the test for each that fails without a known reason, and for each known one that passes by
/// now. All cases are run before the test fails.
package struct ConformanceReport {
    private struct Count {
        var passed = 0
        var known = 0
        var failed = 0
    }

    private let category: String
    /// Case names and why they differ.
    private let known: [String: String]
    private var total = Count()
    private var byFeature: [String: Count] = [:]
    private var failures: [(name: String, problem: String)] = []

    package init(_ category: String, known: [String: String] = [:]) {
        self.category = category
        self.known = known
    }

    /// Runs one case. The body answers what is wrong, or `nil`.
    package mutating func check(_ run: ConformanceCase, _ body: () throws -> String?) {
        check(run.name, features: run.features, body)
    }

    /// The same for a case that has no folder of its own.
    package mutating func check(_ name: String, features: [String] = [], _ body: () throws -> String?) {
        let problem: String?
        do { problem = try body() } catch { problem = "threw \(error)" }
        let field: WritableKeyPath<Count, Int>
        switch (problem, known[name]) {
        case (nil, nil): field = \.passed
        case (.some, .some): field = \.known
        case (nil, .some):
            field = \.failed
            failures.append((name, "is listed as a known difference but passes"))
        case (let problem?, nil):
            field = \.failed
            failures.append((name, problem))
        }
        total[keyPath: field] += 1
        for feature in features { byFeature[feature, default: Count()][keyPath: field] += 1 }
    }

    /// Prints the category's rows of the table and records the failures. A folder of other cases need not have every category.
    package func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        let rows = [row(category, total)] + byFeature.sorted { $0.key < $1.key }.map { row("  \(category) / \($0.key)", $0.value) }
        // One write: the tests of other categories print at the same time.
        print(rows.joined(separator: "\n"))
        for (name, problem) in failures.prefix(40) { Issue.record("\(category)/\(name): \(problem)", sourceLocation: sourceLocation) }
        if failures.count > 40 { Issue.record("and \(failures.count - 40) more", sourceLocation: sourceLocation) }
    }

    private func row(_ title: String, _ count: Count) -> String {
        let padding = String(repeating: " ", count: max(1, 58 - title.count))
        return "conformance | \(title)\(padding)| passed \(count.passed) | known \(count.known) | failed \(count.failed)"
    }
}
