internal import Manifests

/// The `labelSelector` of a request: `app=web,tier in (a, b),!legacy`.
struct LabelQuery: Sendable, Hashable {
    struct Requirement: Sendable, Hashable {
        enum Test: Sendable, Hashable {
            case isIn(Set<String>)
            case notIn(Set<String>)
            case exists
            case missing
            case above(Int64)
            case below(Int64)
        }

        let key: String
        let test: Test
    }

    let requirements: [Requirement]

    static let everything = LabelQuery(requirements: [])

    init(requirements: [Requirement]) { self.requirements = requirements }

    /// - Throws: `BadRequest` that quotes what cannot be read.
    init(_ text: String) throws(APIError) {
        var reader = LabelQueryReader(text)
        requirements = try reader.read()
    }

    func matches(_ object: Value) -> Bool {
        if requirements.isEmpty { return true }
        let labels = object.labels
        return requirements.allSatisfy { requirement in
            let value = labels?[requirement.key]?.string
            switch requirement.test {
            case .isIn(let values): return value.map(values.contains) ?? false
            case .notIn(let values): return value.map { !values.contains($0) } ?? true
            case .exists: return value != nil
            case .missing: return value == nil
            case .above(let bound): return value.flatMap { Int64($0) }.map { $0 > bound } ?? false
            case .below(let bound): return value.flatMap { Int64($0) }.map { $0 < bound } ?? false
            }
        }
    }
}

/// Reads a selector from left to right.
private struct LabelQueryReader {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func read() throws(APIError) -> [LabelQuery.Requirement] {
        var requirements: [LabelQuery.Requirement] = []
        skipSpace()
        while !rest.isEmpty {
            requirements.append(try requirement())
            skipSpace()
            guard !rest.isEmpty else { break }
            guard take(",") else { throw unreadable("expected ',' before \"\(rest)\"") }
            skipSpace()
            if rest.isEmpty { throw unreadable("nothing follows the last ','") }
        }
        return requirements
    }

    private mutating func requirement() throws(APIError) -> LabelQuery.Requirement {
        if take("!") {
            skipSpace()
            return .init(key: try key(), test: .missing)
        }
        let key = try key()
        skipSpace()
        if rest.isEmpty || rest.hasPrefix(",") { return .init(key: key, test: .exists) }
        if take("!=") { return .init(key: key, test: .notIn([try value()])) }
        if take("==") || take("=") { return .init(key: key, test: .isIn([try value()])) }
        if take(">") { return .init(key: key, test: .above(try number())) }
        if take("<") { return .init(key: key, test: .below(try number())) }
        let word = word()
        switch word {
        case "in": return .init(key: key, test: .isIn(try values()))
        case "notin": return .init(key: key, test: .notIn(try values()))
        default: throw unreadable("\"\(word)\" is no operator")
        }
    }

    private mutating func key() throws(APIError) -> String {
        let key = word()
        guard !key.isEmpty else { throw unreadable("a label name is missing before \"\(rest)\"") }
        if let complaint = NameRules.qualifiedName(key) { throw unreadable("the label name \"\(key)\" \(complaint)") }
        return key
    }

    private mutating func value() throws(APIError) -> String {
        skipSpace()
        let value = word()
        if let complaint = NameRules.labelValue(value) { throw unreadable("the value \"\(value)\" \(complaint)") }
        return value
    }

    private mutating func number() throws(APIError) -> Int64 {
        let text = try value()
        guard let number = Int64(text) else { throw unreadable("\"\(text)\" is no integer") }
        return number
    }

    private mutating func values() throws(APIError) -> Set<String> {
        skipSpace()
        guard take("(") else { throw unreadable("a list in parentheses is missing before \"\(rest)\"") }
        var values: Set<String> = []
        repeat {
            values.insert(try value())
            skipSpace()
        } while take(",")
        guard take(")") else { throw unreadable("the list has no end") }
        return values
    }

    private mutating func word() -> String {
        let end = rest.firstIndex { " ,()=!<>\t".contains($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }

    private mutating func take(_ token: String) -> Bool {
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

    private func unreadable(_ why: String) -> APIError {
        APIError(.badRequest, "unable to parse requirement: the label selector \"\(text)\" is not readable: \(why)")
    }
}
