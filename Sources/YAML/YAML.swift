package import Manifests

/// YAML text to and from values, the way Kubernetes' tools read it. libyaml does the syntax; meaning is decided here.
///
/// Values carry no positions. Who needs one asks `position(of:document:in:file:)`, which parses again.
package enum YAML {
    /// Reads all documents of a text. `file` only names it in errors.
    package static func parse(
        _ bytes: [UInt8], file: String, reading: YAMLReading = .kubectl, limits: YAMLLimits = .manifests
    ) throws(YAMLError) -> [YAMLDocument] {
        let events = try events(of: bytes, file: file, limits: limits, finalLineEnd: reading.finalLineEnd)
        var composer = Composer(events: events, limits: limits, reading: reading)
        return try composer.composeStream()
    }

    package static func parse(
        _ text: String, file: String, reading: YAMLReading = .kubectl, limits: YAMLLimits = .manifests
    ) throws(YAMLError) -> [YAMLDocument] {
        try parse(Array(text.utf8), file: file, reading: reading, limits: limits)
    }

    /// Where a path is written: a member's position is its key's, an element's is its own. When the path leads further than the text does, this is the
    /// position of the last step that exists; the inside of an alias or of a merged mapping is where the alias stands.
    /// An element named by its keys is looked up in the value first. `nil` when the text cannot be parsed that far or has no such document.
    package static func position(of path: [PathElement], document: Int, in bytes: [UInt8], file: String) -> SourcePosition? {
        do throws(YAMLError) {
            let steps = try indexed(path, document: document, in: bytes, file: file)
            var finder = PositionFinder(events: try events(of: bytes, file: file, limits: .manifests))
            return try finder.find(steps, document: document)
        } catch {
            return nil
        }
    }

    /// The path with places for elements that are named by keys; it ends before one that is not there.
    private static func indexed(_ path: [PathElement], document: Int, in bytes: [UInt8], file: String) throws(YAMLError) -> [PathElement] {
        let namesElements = path.contains { step in if case .element = step { true } else { false } }
        guard namesElements, let root = try parse(bytes, file: file).first(where: { $0.index == document })?.value else { return path }
        var steps: [PathElement] = []
        for step in path {
            guard case .element(let keys) = step else {
                steps.append(step)
                continue
            }
            let elements = root.value(at: steps)?.array ?? []
            guard let index = elements.firstIndex(where: { element in keys.allSatisfy { $0.matches(element) } }) else { return steps }
            steps.append(.index(index))
        }
        return steps
    }

    /// One document in block style. The text ends with a line break.
    package static func emit(_ value: Value, style: YAMLStyle = .plain) -> String {
        var emitter = Emitter(style: style)
        emitter.emitDocument(value)
        return emitter.text
    }

    /// Documents with `---` between them.
    package static func emit(documents: [Value], style: YAMLStyle = .plain) -> String {
        var emitter = Emitter(style: style)
        for (position, document) in documents.enumerated() {
            if position > 0 { emitter.separate() }
            emitter.emitDocument(document)
        }
        return emitter.text
    }

    /// The text of one document with the values of another, in its author's style and go-yaml's layout. A quoted scalar stays quoted, a list in
    /// brackets stays so; comments above a node and behind one stay. `nil` when the change is within what an alias stands for, or the text is not
    /// one document.
    package static func rewrite(
        _ bytes: [UInt8], as value: Value, file: String, reading: YAMLReading = .kubectl
    ) throws(YAMLError) -> String? {
        let documents = try parse(bytes, file: file, reading: reading)
        guard documents.count == 1, let old = documents.first?.value else { return nil }
        var reader = try StyledReader(bytes: bytes, file: file, finalLineEnd: reading.finalLineEnd)
        guard let document = try reader.read() else { return nil }
        var root = document.root
        guard root.change(from: old, to: value) else { return nil }
        var writer = StyledWriter()
        writer.write(comments: root.above, 0)
        writer.write(block: root, indent: 0)
        writer.write(comments: document.below, 0)
        return writer.text
    }

    private static func events(
        of bytes: [UInt8], file: String, limits: YAMLLimits, finalLineEnd: YAMLReading.FinalLineEnd = .added
    ) throws(YAMLError) -> EventReader {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                code: .limitExceeded,
                message: "the file has \(bytes.count) bytes and was not read; at most \(limits.bytes) are allowed",
                position: SourcePosition(file: file, line: 1, column: 1))
        }
        return try EventReader(bytes: bytes, file: file, finalLineEnd: finalLineEnd)
    }
}
