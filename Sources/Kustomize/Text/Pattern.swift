/// A regular expression of a selector or an image name, matched against whole names.
///
/// The syntax is that of Go's RE2, which kustomize takes, without Unicode classes. Matching follows all alternatives at once and
/// so takes time in proportion to the length of the name: a pattern from a repository cannot stall the controller.
struct Pattern: Sendable {
    struct SyntaxError: Error {
        var problem: String
    }

    private enum Matcher: Sendable {
        case anything
        case literal(String)
        case program(PatternProgram)
    }

    private let matcher: Matcher
    let text: String

    /// An empty pattern matches anything.
    init(_ text: String) throws(SyntaxError) {
        self.text = text
        if text.isEmpty {
            matcher = .anything
        } else if Self.isLiteral(text) {
            matcher = .literal(text)
        } else {
            matcher = .program(try PatternProgram(text))
        }
    }

    /// Matches the text itself, whatever is in it.
    init(literal text: String) {
        self.text = text
        matcher = .literal(text)
    }

    /// The only name that matches, when there is just one.
    var literal: String? {
        if case .literal(let text) = matcher { text } else { nil }
    }

    var matchesAnything: Bool {
        if case .anything = matcher { true } else { false }
    }

    var cost: Int {
        if case .program(let program) = matcher { program.cost } else { 1 }
    }

    func matches(_ name: String) -> Bool {
        switch matcher {
        case .anything: true
        case .literal(let text): text == name
        case .program(let program): program.matches(name)
        }
    }

    static func isLiteral(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"),
                UInt8(ascii: "$"), UInt8(ascii: "|"):
                false
            default: true
            }
        }
    }

    /// The pattern that matches just `text`.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if !isLiteral(String(character)) { escaped += "\\" }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
