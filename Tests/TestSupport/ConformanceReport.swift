package import Testing

/// Counts the cases of one category and fails the test for each that fails without a known reason, and for each known one that passes by now.
package struct ConformanceReport {
    private let category: String
    /// Case names and why they differ.
    private let known: [String: String]
    private var passed = 0
    private var explained: [String] = []
    private var unexplained: [(name: String, problem: String)] = []
    private var seen: Set<String> = []

    package init(_ category: String, known: [String: String] = [:]) {
        self.category = category
        self.known = known
    }

    /// Runs one case. The body answers what is wrong, or `nil`.
    package mutating func check(_ name: String, _ body: () throws -> String?) {
        seen.insert(name)
        let problem: String?
        do { problem = try body() } catch { problem = "threw \(error)" }
        switch (problem, known[name]) {
        case (nil, nil): passed += 1
        case (nil, .some): unexplained.append((name, "is listed as a known difference but passes"))
        case (.some, .some): explained.append(name)
        case (let problem?, nil): unexplained.append((name, problem))
        }
    }

    /// Prints the category's line and records the failures. A category without cases fails: the data is missing.
    package func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        let total = passed + explained.count + unexplained.count
        print(
            "conformance \(category): \(total) cases, \(passed) passed, \(explained.count) known differences, \(unexplained.count) failed")
        if total == 0 { Issue.record("no cases in \(Conformance.root)/\(category)", sourceLocation: sourceLocation) }
        for (name, problem) in unexplained.prefix(40) { Issue.record("\(category)/\(name): \(problem)", sourceLocation: sourceLocation) }
        if unexplained.count > 40 { Issue.record("and \(unexplained.count - 40) more", sourceLocation: sourceLocation) }
    }
}
