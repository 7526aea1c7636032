import Manifests

/// A label selector in Kubernetes' text form: `app=web,tier in (front, back),!legacy`.
struct LabelSelector: Sendable {
    struct SyntaxError: Error {
        var problem: String
    }

    private enum Requirement: Sendable {
        case exists(String)
        case missing(String)
        case oneOf(String, Set<String>)
        case noneOf(String, Set<String>)
        case greater(String, Int64)
        case less(String, Int64)
    }

    private var requirements: [Requirement] = []

    /// An empty text selects everything.
    init(_ text: String) throws(SyntaxError) {
        for part in Self.split(text) {
            let part = part.trimmed
            if part.isEmpty {
                if text.trimmed.isEmpty { continue }
                throw SyntaxError(problem: "a requirement is empty")
            }
            requirements.append(try Self.requirement(part))
        }
    }

    func matches(_ labels: Object?) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .exists(let key): return labels?[key] != nil
            case .missing(let key): return labels?[key] == nil
            case .oneOf(let key, let values):
                guard let value = labels?[key]?.scalarText else { return false }
                return values.contains(value)
            case .noneOf(let key, let values):
                guard let value = labels?[key]?.scalarText else { return true }
                return !values.contains(value)
            case .greater(let key, let bound): return labels?[key]?.scalarText.flatMap { Int64($0) }.map { $0 > bound } ?? false
            case .less(let key, let bound): return labels?[key]?.scalarText.flatMap { Int64($0) }.map { $0 < bound } ?? false
            }
        }
    }

    /// At the commas that are not within parentheses.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == "," && depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func requirement(_ part: String) throws(SyntaxError) -> Requirement {
        if part.hasPrefix("!"), !part.contains("=") { return .missing(try key(part.dropFirst())) }
        if part.hasSuffix(")"), let open = part.firstIndex(of: "(") {
            let words = part[..<open].split(separator: " ")
            let values = Set(part[part.index(after: open)...].dropLast().split(separator: ",").map { String($0).trimmed })
            guard words.count == 2 else { throw SyntaxError(problem: "\"\(part)\" is not `key in (...)` or `key notin (...)`") }
            switch words[1] {
            case "in": return .oneOf(try key(words[0]), values)
            case "notin": return .noneOf(try key(words[0]), values)
            default: throw SyntaxError(problem: "\"\(words[1])\" is not an operator; in and notin are")
            }
        }
        for (index, character) in zip(part.indices, part) {
            let rest = part[part.index(after: index)...]
            switch character {
            case "!":
                guard rest.hasPrefix("=") else { throw SyntaxError(problem: "\"\(part)\" has a ! where none can be") }
                return .noneOf(try key(part[..<index]), [String(rest.dropFirst()).trimmed])
            case "=":
                let value = rest.hasPrefix("=") ? rest.dropFirst() : rest
                return .oneOf(try key(part[..<index]), [String(value).trimmed])
            case ">", "<":
                guard let bound = Int64(String(rest).trimmed) else {
                    throw SyntaxError(problem: "\"\(part)\" compares with what is not a whole number")
                }
                return character == ">" ? .greater(try key(part[..<index]), bound) : .less(try key(part[..<index]), bound)
            default: continue
            }
        }
        return .exists(try key(part[...]))
    }

    private static func key(_ text: some StringProtocol) throws(SyntaxError) -> String {
        let key = String(text).trimmed
        let isValid = !key.isEmpty && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x28 && $0 != 0x29 && $0 != 0x21 }
        guard isValid else { throw SyntaxError(problem: "\"\(key)\" is not a label key") }
        return key
    }
}

extension String {
    /// Without the spaces, tabs and line ends at both ends.
    var trimmed: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(self[first...last])
    }
}
