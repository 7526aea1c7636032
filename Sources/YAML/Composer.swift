internal import Manifests

/// Makes values of events: resolves scalars and aliases, merges `<<`, and watches the limits.
struct Composer: ~Copyable {
    private struct Anchored {
        var value: Value
        var nodes: Int
        var depth: Int
    }

    /// A value and what it costs to walk through it.
    private struct Node {
        var value: Value
        var nodes: Int
        var depth: Int
    }

    private var events: EventReader
    private let limits: YAMLLimits
    private let duplicateKeys: YAMLReading.DuplicateKeys
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0
    /// Lines of the keys of the mappings that are being read, the outermost first.
    private var keyLines: [Int] = []

    init(events: consuming EventReader, limits: YAMLLimits, duplicateKeys: YAMLReading.DuplicateKeys = .refuse) {
        self.events = events
        self.limits = limits
        self.duplicateKeys = duplicateKeys
    }

    mutating func composeStream() throws(YAMLError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                guard documents.count < limits.documents else {
                    throw error(.limitExceeded, "the file has more than \(limits.documents) documents", event.mark)
                }
                anchors.removeAll()
                let root = try events.next()
                let node = try compose(root, depth: 1)
                documents.append(YAMLDocument(value: node.value, line: root.mark.line + 1, index: documents.count))
            case .streamStart, .documentEnd, .alias, .scalar, .listStart, .listEnd, .mappingStart, .mappingEnd: break
            }
        }
    }

    private mutating func compose(_ event: Event, depth: Int) throws(YAMLError) -> Node {
        switch event.kind {
        case .scalar(let scalar):
            try spend(1, event.mark)
            let node = Node(value: try value(of: scalar, event.mark), nodes: 1, depth: 0)
            remember(node, scalar.properties)
            return node
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw error(
                    .unknownAnchor, "the alias *\(name)\(suggestion(for: name)) stands for nothing that is complete before it", event.mark)
            }
            try spend(anchored.nodes, event.mark)
            try checkDepth(depth + anchored.depth, event.mark)
            return Node(value: anchored.value, nodes: anchored.nodes, depth: anchored.depth)
        case .listStart(let properties):
            try checkDepth(depth, event.mark)
            return try composeList(properties, event.mark, depth: depth)
        case .mappingStart(let properties):
            try checkDepth(depth, event.mark)
            return try composeMapping(properties, event.mark, depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mappingEnd:
            throw error(.syntax, "not valid YAML: a value is missing", event.mark)
        }
    }

    private mutating func composeList(_ properties: Event.Properties, _ mark: Mark, depth: Int) throws(YAMLError) -> Node {
        try spend(1, mark)
        var elements: [Value] = []
        var node = Node(value: .null, nodes: 1, depth: 1)
        while true {
            let event = try events.next()
            if case .listEnd = event.kind { break }
            let element = try compose(event, depth: depth + 1)
            elements.append(element.value)
            node.nodes += element.nodes
            node.depth = max(node.depth, element.depth + 1)
        }
        node.value = .array(elements)
        remember(node, properties)
        return node
    }

    private mutating func composeMapping(_ properties: Event.Properties, _ mark: Mark, depth: Int) throws(YAMLError) -> Node {
        try spend(1, mark)
        var object = Object()
        // Most mappings of manifests have this many members or fewer.
        object.reserveCapacity(4)
        let firstLine = keyLines.count
        defer { keyLines.removeLast(keyLines.count - firstLine) }
        var merged: (node: Node, mark: Mark)?
        var node = Node(value: .null, nodes: 1, depth: 1)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            if Self.isMergeKey(event) {
                if merged != nil {
                    throw error(.duplicateKey, "the merge key << is there twice in one mapping; give it a list", event.mark)
                }
                let valueEvent = try events.next()
                let value = try compose(valueEvent, depth: depth + 1)
                merged = (value, valueEvent.mark)
                node.nodes += value.nodes
                node.depth = max(node.depth, value.depth)
                continue
            }
            let key = try composeKey(event, depth: depth + 1)
            let value = try compose(try events.next(), depth: depth + 1)
            if let first = object.appendNew(key, value.value) {
                switch duplicateKeys {
                case .refuse:
                    let line = keyLines[firstLine + first] + 1
                    throw error(
                        .duplicateKey, "the key \"\(key)\" is there twice in one mapping; the first is on line \(line)", event.mark)
                case .takeFirst: break
                case .takeLast: object[key] = value.value
                }
            } else {
                keyLines.append(event.mark.line)
            }
            node.nodes += value.nodes + 1
            node.depth = max(node.depth, value.depth + 1)
        }
        if let merged { try merge(merged.node.value, into: &object, merged.mark) }
        node.value = .object(object)
        remember(node, properties)
        return node
    }

    /// `<<` gives members that the mapping does not have itself; of several mappings the first that has a key wins.
    private func merge(_ value: Value, into object: inout Object, _ mark: Mark) throws(YAMLError) {
        let sources = value.array ?? [value]
        for source in sources {
            guard let members = source.object else {
                throw error(.unsupported, "the merge key << takes a mapping or a list of mappings, not \(source.typeName)", mark)
            }
            for (key, value) in members where object.position(of: key) == nil { object[key] = value }
        }
    }

    static func isMergeKey(_ event: Event) -> Bool {
        guard case .scalar(let scalar) = event.kind, scalar.text == "<<" else { return false }
        return scalar.isPlain && scalar.properties.tag == nil || scalar.properties.tag == "tag:yaml.org,2002:merge"
    }

    // MARK: Keys and scalars

    private mutating func composeKey(_ event: Event, depth: Int) throws(YAMLError) -> String {
        let node = try compose(event, depth: depth)
        guard let key = Self.key(node.value) else {
            throw error(.unsupported, "a key is \(node.value.typeName); keys of Kubernetes objects are strings", event.mark)
        }
        return key
    }

    /// Numbers and booleans become the text that Kubernetes' tools make of them.
    static func key(_ value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let value): String(value)
        case .double(let value): NumberText.json(value)
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    private func value(of scalar: Event.Scalar, _ mark: Mark) throws(YAMLError) -> Value {
        let value: Value
        do throws(ScalarTag.Mismatch) {
            value = try ScalarTag.resolve(scalar)
        } catch {
            let tag = ScalarTag.shortName(scalar.properties.tag ?? "")
            throw self.error(.unsupported, "the value of tag \(tag) \(error.problem)", mark)
        }
        if case .double(let double) = value, !double.isFinite {
            throw error(
                .unsupported, "\(scalar.text) is a number that JSON, and so Kubernetes, does not have; quote it if it is a text", mark)
        }
        return value
    }

    // MARK: Anchors and limits

    private mutating func remember(_ node: Node, _ properties: Event.Properties) {
        guard let name = properties.anchor else { return }
        anchors[name] = Anchored(value: node.value, nodes: node.nodes, depth: node.depth)
    }

    private func suggestion(for name: String) -> String {
        NearestName.suggestion(for: name, among: anchors.keys.sorted()).map { " (did you mean *\($0)?)" } ?? ""
    }

    private mutating func spend(_ count: Int, _ mark: Mark) throws(YAMLError) {
        let (total, overflow) = nodes.addingReportingOverflow(count)
        guard !overflow && total <= limits.nodes else {
            throw error(.limitExceeded, "the file has more than \(limits.nodes) values when its aliases are written out", mark)
        }
        nodes = total
    }

    private func checkDepth(_ depth: Int, _ mark: Mark) throws(YAMLError) {
        guard depth <= limits.depth else { throw error(.limitExceeded, "nested deeper than \(limits.depth) levels", mark) }
    }

    private func error(_ code: YAMLError.Code, _ message: String, _ mark: Mark) -> YAMLError {
        YAMLError(code: code, message: message, position: events.position(mark))
    }
}
