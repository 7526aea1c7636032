internal import Manifests

/// Text with `{{ name }}` for what is known of a notice. Names alone: nothing is computed, and what is put in is not read again.
package struct MessageTemplate: Sendable, Hashable {
    /// What can be named.
    package enum Name: String, Sendable, Hashable, CaseIterable {
        /// A sign for the severity, with a blank after it; nothing for `info`.
        case mark
        case severity
        case event
        case environment
        case release
        case revision
        case shortRevision
        case text
        case time
        case incident
        case auditSequence
        case auditHash
    }

    enum Part: Sendable, Hashable {
        case literal(String)
        case name(Name)
    }

    /// What is wrong with a template, as a sentence that follows its key.
    package struct Defect: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String
    }

    private let parts: [Part]

    package init(_ source: String) throws(Defect) {
        guard source.count <= NotificationLimits.templateCharacters else {
            throw Defect(description: "has \(source.count) characters; at most \(NotificationLimits.templateCharacters) are allowed")
        }
        var parts: [Part] = []
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.literal(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                throw Defect(description: "has \"{{\" without \"}}\" after it: {{\(rest.prefix(20))")
            }
            let word = rest[..<close.lowerBound].filter { !$0.isWhitespace }
            guard let name = Name(rawValue: String(word)) else { throw Self.unknown(String(word)) }
            parts.append(.name(name))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.parts = parts
    }

    /// For the texts of this room, which are known to be right.
    init(_ parts: [Part]) { self.parts = parts }

    private static func unknown(_ word: String) -> Defect {
        let known = Name.allCases.map(\.rawValue)
        let near = NearestName.suggestion(for: word, among: known).map { "did you mean \"\($0)\"?" }
        return Defect(description: "names \"\(word.prefix(60))\"; \(near ?? "known are \(known.joined(separator: ", "))")")
    }

    /// - Parameter escape: for what is put in, not for what the operator wrote.
    func render(_ facts: NoticeFacts, escape: (String) -> String = { $0 }) -> String {
        parts.map { part in
            switch part {
            case .literal(let text): text
            case .name(let name): escape(facts.value(of: name))
            }
        }.joined()
    }
}
