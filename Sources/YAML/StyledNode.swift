internal import Manifests

/// A node of a text with the way in which it is written, so that the text can be written anew in its author's style.
struct StyledNode {
    enum Content {
        case scalar(text: String, style: Event.ScalarStyle)
        case list([StyledNode])
        case mapping([Member])
        case alias(String)
    }

    struct Member {
        var key: StyledNode
        var value: StyledNode
    }

    var content: Content
    /// In braces or brackets, for a collection.
    var isFlow = false
    /// Anchor and tag with a space behind each.
    var properties = ""
    /// The lines of comment above it.
    var above: [Substring] = []
    /// The comment behind it on its line, with a space before it.
    var behind = ""

    init(content: Content) {
        self.content = content
    }

    /// What has no author, in the style of kustomize.
    init(_ value: Value) {
        switch value {
        case .object(let object):
            content = .mapping(object.map { Member(key: StyledNode(.string($0.key)), value: StyledNode($0.value)) })
            isFlow = object.isEmpty
        case .array(let elements):
            content = .list(elements.map { StyledNode($0) })
            isFlow = elements.isEmpty
        case .null, .bool, .integer, .double: content = .scalar(text: ScalarText.inline(value) ?? "", style: .plain)
        case .string(let text): content = .scalar(text: text, style: Self.style(of: text))
        }
    }

    /// The quotes that a text needs.
    private static func style(of text: String) -> Event.ScalarStyle {
        guard let inline = ScalarText.inline(.string(text)) else { return .literal }
        return inline.hasPrefix("\"") && inline != text ? .doubleQuoted : inline == text ? .plain : .singleQuoted
    }

    /// Brings in what differs between two values of this node and keeps everything else as it is written.
    /// False when the difference cannot be written here: it is within what an alias stands for.
    mutating func change(from old: Value, to new: Value) -> Bool {
        if old == new { return true }
        switch (content, old, new) {
        case (.alias, _, _): return false
        case (.mapping(var members), .object(let before), .object(let after)):
            for (key, value) in after where before[key] != value {
                let position = members.firstIndex { if case .scalar(let text, _) = $0.key.content { text == key } else { false } }
                if let position {
                    guard let old = before[key], members[position].value.change(from: old, to: value) else { return false }
                } else if before[key] == nil {
                    members.append(Member(key: StyledNode(.string(key)), value: StyledNode(value)))
                } else {
                    return false
                }
            }
            content = .mapping(members)
        case (.list(var elements), .array(let before), .array(let after)):
            for (position, value) in after.enumerated() {
                guard elements.indices.contains(position), before.indices.contains(position) else {
                    elements.append(StyledNode(value))
                    continue
                }
                guard elements[position].change(from: before[position], to: value) else { return false }
            }
            content = .list(elements)
        case (.scalar(_, let style), _, .string(let text)):
            // A scalar keeps its quotes; one without gets those that it needs.
            let isPlain = style == .plain || !text.utf8.contains(0x0A) && (style == .literal || style == .folded)
            content = .scalar(text: text, style: isPlain ? Self.style(of: text) : style)
        case (.scalar, _, .null), (.scalar, _, .bool), (.scalar, _, .integer), (.scalar, _, .double):
            content = StyledNode(new).content
        case (.scalar, _, .object), (.scalar, _, .array), (.list, _, _), (.mapping, _, _):
            let (above, behind) = (above, behind)
            self = StyledNode(new)
            (self.above, self.behind) = (above, behind)
        }
        return true
    }
}
