internal import Manifests

/// A PromQL expression with places for facts of the Release, written `${name}`.
///
/// A fact is put in as text of the string that it stands in, so that no name of anything can change what is asked.
package struct MetricQuery: Sendable, Hashable {
    /// What may stand between `${` and `}`, and whether it may stand outside of quotes, where it has to be a number or a duration.
    package enum Variable: String, Sendable, Hashable, CaseIterable {
        case environment, namespace, release, revision, bundle, window

        var isBare: Bool {
            switch self {
            case .release, .window: true
            case .environment, .namespace, .revision, .bundle: false
            }
        }
    }

    package let text: String

    package init(_ text: String) { self.text = text }

    /// The expression with its variables filled in. One without a value stays, and Prometheus refuses it in plain sight.
    package func filled(_ values: [Variable: String]) -> String {
        var result = ""
        var scanner = MetricQueryScanner(text)
        while let piece = scanner.next() {
            switch piece {
            case .text(let text), .defect(let text, _): result += text
            case .variable(let name, let quote):
                guard let value = Variable(rawValue: name).flatMap({ values[$0] }) else {
                    result += "${\(name)}"
                    continue
                }
                result += Self.written(value, within: quote)
            }
        }
        return result
    }

    /// What is wrong with it, in words; empty when Prometheus may be asked. Only Prometheus knows the whole grammar: this finds what makes
    /// an expression none at all, long before a Release waits for it.
    package func problems() -> [String] {
        if text.allSatisfy(\.isWhitespace) { return ["is empty"] }
        if text.utf8.count > PolicyLimits.queryBytes {
            return ["has \(text.utf8.count) bytes; at most \(PolicyLimits.queryBytes) are allowed"]
        }
        var problems: [String] = []
        var scanner = MetricQueryScanner(text)
        while let piece = scanner.next() {
            switch piece {
            case .text: continue
            case .defect(_, let problem): problems.append(problem)
            case .variable(let name, let quote): problem(with: name, within: quote).map { problems.append($0) }
            }
        }
        return problems + scanner.openEnds
    }

    private func problem(with name: String, within quote: Character?) -> String? {
        let known = Variable.allCases.map(\.rawValue)
        guard let variable = Variable(rawValue: name) else {
            let near = NearestName.suggestion(for: name, among: known).map { "did you mean \"${\($0)}\"?" }
            return "has the unknown variable \"${\(name.prefix(80))}\"; \(near ?? "known are \(known.joined(separator: ", "))")"
        }
        if quote == nil, !variable.isBare { return "\"${\(name)}\" must stand within quotes, as in {namespace=\"${namespace}\"}" }
        return nil
    }

    private static func written(_ value: String, within quote: Character?) -> String {
        switch quote {
        case nil:
            // Only what is one word of PromQL whatever stands around it.
            return value.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
        case "`": return value.filter { $0 != "`" }
        case let quote?: return escaped(value, within: quote)
        }
    }

    /// As the text of a quoted string of PromQL. It knows an escaped quote only within quotes of the same kind.
    package static func escaped(_ value: String, within quote: Character = "\"") -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"" where quote == "\"": result += "\\\""
            case "'" where quote == "'": result += "\\'"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
