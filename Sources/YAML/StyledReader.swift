internal import Manifests

/// Reads the first document of a text as it is written. What the text costs and whether it can be read was found out before.
struct StyledReader: ~Copyable {
    private var events: EventReader
    private let lines: [Substring]
    /// The first line whose comment belongs to no node yet.
    private var nextLine = 0

    init(bytes: [UInt8], file: String, finalLineEnd: YAMLReading.FinalLineEnd) throws(YAMLError) {
        events = try EventReader(bytes: bytes, file: file, finalLineEnd: finalLineEnd)
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `nil` when there is no document. Comments at the end come with it.
    mutating func read() throws(YAMLError) -> (root: StyledNode, below: [Substring])? {
        while true {
            switch try events.next().kind {
            case .streamEnd: return nil
            case .documentStart:
                let root = try node(try events.next())
                return (root, comments(before: lines.count))
            case .streamStart, .documentEnd, .alias, .scalar, .listStart, .listEnd, .mappingStart, .mappingEnd: break
            }
        }
    }

    private mutating func node(_ event: Event) throws(YAMLError) -> StyledNode {
        let above = comments(before: event.mark.line)
        var node: StyledNode
        switch event.kind {
        case .alias(let name):
            node = StyledNode(content: .alias(name))
            node.behind = comment(behind: event.end)
        case .scalar(let scalar):
            node = StyledNode(content: .scalar(text: scalar.text, style: scalar.style))
            node.properties = Self.text(scalar.properties)
            if scalar.style != .literal && scalar.style != .folded { node.behind = comment(behind: event.end) }
            nextLine = max(nextLine, event.end.column > 0 ? event.end.line + 1 : event.end.line)
        case .listStart(let properties):
            var elements: [StyledNode] = []
            while true {
                let next = try events.next()
                if case .listEnd = next.kind { break }
                elements.append(try self.node(next))
            }
            node = StyledNode(content: .list(elements))
            (node.isFlow, node.properties) = (properties.isFlow, Self.text(properties))
        case .mappingStart(let properties):
            var members: [StyledNode.Member] = []
            while true {
                let next = try events.next()
                if case .mappingEnd = next.kind { break }
                let key = try self.node(next)
                members.append(StyledNode.Member(key: key, value: try self.node(try events.next())))
            }
            node = StyledNode(content: .mapping(members))
            (node.isFlow, node.properties) = (properties.isFlow, Self.text(properties))
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mappingEnd:
            node = StyledNode(.null)
        }
        node.above = above
        return node
    }

    private static func text(_ properties: Event.Properties) -> String {
        let tag = properties.tag.map { ScalarTag.shortName($0) + " " } ?? ""
        return (properties.anchor.map { "&\($0) " } ?? "") + tag
    }

    private mutating func comments(before line: Int) -> [Substring] {
        guard nextLine < line else { return [] }
        let found = lines[min(nextLine, lines.count)..<min(line, lines.count)].map { $0.drop { $0 == " " || $0 == "\t" } }
        nextLine = line
        return found.filter { $0.hasPrefix("#") }
    }

    /// What stands behind a node on its line, when it is a comment; the colon of a key goes before it.
    private func comment(behind mark: Mark) -> String {
        guard lines.indices.contains(mark.line) else { return "" }
        var rest = Substring(lines[mark.line].unicodeScalars.dropFirst(mark.column))
        if rest.first == ":" { rest = rest.dropFirst() }
        guard rest.first == " " || rest.first == "\t" else { return "" }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        return rest.hasPrefix("#") ? " " + rest : ""
    }
}
