internal import Manifests

/// Writes a document in its author's style and go-yaml's layout: two spaces a level, lists of a mapping not indented further, flow collections on one
/// line, no line broken and no empty ones between nodes.
struct StyledWriter {
    private(set) var text = ""

    /// - Parameter isPlaced: the cursor already stands where the first line goes, behind the `- ` of a list.
    mutating func write(block node: StyledNode, indent: Int, isPlaced: Bool = false) {
        switch node.content {
        case .mapping(let members) where !node.isFlow:
            for (position, member) in members.enumerated() {
                if position > 0 || !isPlaced {
                    write(comments: member.key.above, indent)
                    pad(indent)
                }
                text += scalar(member.key, indent: nil) + ":"
                write(value: member.value, of: member.key, indent: indent)
            }
        case .list(let elements) where !node.isFlow:
            for (position, element) in elements.enumerated() {
                if position > 0 || !isPlaced {
                    write(comments: element.above, indent)
                    pad(indent)
                }
                text += "-"
                write(element: element, indent: indent)
            }
        case .mapping, .list, .scalar, .alias:
            text += inline(node, indent: indent) + node.behind + "\n"
        }
    }

    private mutating func write(value: StyledNode, of key: StyledNode, indent: Int) {
        guard Self.isBlock(value) else {
            let written = inline(value, indent: indent + 2)
            text += (written.isEmpty ? "" : " " + written) + (value.behind.isEmpty ? key.behind : value.behind) + "\n"
            return
        }
        let isList = if case .list = value.content { true } else { false }
        text += value.properties.isEmpty ? "" : " " + value.properties.dropLast()
        text += key.behind + "\n"
        let inner = isList ? indent : indent + 2
        write(comments: value.above, inner)
        write(block: value, indent: inner)
    }

    private mutating func write(element: StyledNode, indent: Int) {
        guard Self.isBlock(element) else {
            let written = inline(element, indent: indent + 2)
            text += (written.isEmpty ? "" : " " + written) + element.behind + "\n"
            return
        }
        guard element.properties.isEmpty else {
            text += " " + element.properties.dropLast() + "\n"
            return write(block: element, indent: indent + 2)
        }
        text += " "
        write(block: element, indent: indent + 2, isPlaced: true)
    }

    mutating func write(comments: [Substring], _ indent: Int) {
        for comment in comments {
            pad(indent)
            text += comment + "\n"
        }
    }

    private mutating func pad(_ count: Int) { text += String(repeating: " ", count: count) }

    private static func isBlock(_ node: StyledNode) -> Bool {
        switch node.content {
        case .mapping, .list: !node.isFlow
        case .scalar, .alias: false
        }
    }

    // MARK: On one line

    private func inline(_ node: StyledNode, indent: Int) -> String {
        switch node.content {
        case .scalar, .alias: scalar(node, indent: indent)
        case .list, .mapping: flow(node)
        }
    }

    /// What is in a flow collection is so too.
    private func flow(_ node: StyledNode) -> String {
        switch node.content {
        case .scalar, .alias: scalar(node, indent: nil, isFlow: true)
        case .list(let elements): node.properties + "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .mapping(let members):
            node.properties + "{" + members.map { flow($0.key) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
        }
    }

    /// - Parameter indent: where the lines of a block stand; `nil` where there can be none, as in a key.
    private func scalar(_ node: StyledNode, indent: Int?, isFlow: Bool = false) -> String {
        switch node.content {
        case .alias(let name): return "*" + name
        case .scalar(let text, let style): return node.properties + write(text, style, indent, isFlow)
        case .list, .mapping: return flow(node)
        }
    }

    private func write(_ text: String, _ style: Event.ScalarStyle, _ indent: Int?, _ isFlow: Bool) -> String {
        switch style {
        case .plain:
            if isFlow && (text.isEmpty || text.contains { ",[]{}?".contains($0) }) { return ScalarText.singleQuoted(text) }
            return text
        case .singleQuoted: return ScalarText.needsEscapes(text) ? ScalarText.doubleQuoted(text) : ScalarText.singleQuoted(text)
        case .doubleQuoted: return ScalarText.doubleQuoted(text)
        case .literal, .folded:
            guard let indent, ScalarText.inline(.string(text)) == nil else { return ScalarText.doubleQuoted(text) }
            let block = ScalarText.literal(text, indent: indent)
            // One line is the same text folded; several would need more line breaks, and stand as they are.
            let isOneLine = !text.dropLast().utf8.contains(0x0A)
            return style == .folded && isOneLine ? ">" + block.dropFirst() : block
        }
    }
}
