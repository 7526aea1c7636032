import Manifests

/// The data of a ConfigMap or Secret that is generated: from literals, files and files of `KEY=value` lines.
struct KeyValueSources {
    let rule: GeneratorRule
    let directory: String
    let reader: TreeReader

    /// In the order of their keys.
    func load() throws(RenderError) -> [(key: String, bytes: [UInt8])] {
        var pairs: [(key: String, bytes: [UInt8])] = []
        var keys: Set<String> = []
        for env in rule.envs { pairs += try lines(of: env) }
        for literal in rule.literals { pairs.append(try parse(literal)) }
        for file in rule.files { pairs.append(try contents(of: file)) }
        for pair in pairs {
            guard Self.isDataKey(pair.key) else {
                throw problem("\"\(pair.key)\" cannot be a key: it may have letters, digits, \"-\", \"_\" and \".\"")
            }
            if !keys.insert(pair.key).inserted {
                throw problem("the \(rule.kind.rawValue) \(rule.name) has the key \"\(pair.key)\" twice")
            }
        }
        return pairs.sorted { $0.key < $1.key }
    }

    private func problem(_ message: String) -> RenderError {
        rule.place.error(.invalidGenerator, message)
    }

    private func parse(_ literal: Located<String>) throws(RenderError) -> (key: String, bytes: [UInt8]) {
        let text = literal.content
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw literal.error(.invalidGenerator, "the literal must be written key=value")
        }
        return (String(text[..<equals]), Array(Self.unquoted(text[text.index(after: equals)...]).utf8))
    }

    /// Without the quotes, when the same quote stands at both ends.
    private static func unquoted(_ text: Substring) -> Substring {
        guard let first = text.first, first == "\"" || first == "'", text.last == first else { return text }
        return text.count == 1 ? text : text.dropFirst().dropLast()
    }

    private func contents(of source: Located<String>) throws(RenderError) -> (key: String, bytes: [UInt8]) {
        var file = source
        var key = TreePath.name(of: source.content)
        if let equals = source.content.firstIndex(of: "=") {
            key = String(source.content[..<equals])
            file.content = String(source.content[source.content.index(after: equals)...])
            if key.isEmpty || file.content.isEmpty || file.content.contains("=") {
                throw source.error(.invalidGenerator, "the file must be written path or key=path")
            }
        }
        return (key, try reader.read(file, in: directory).bytes)
    }

    private func lines(of source: Located<String>) throws(RenderError) -> [(key: String, bytes: [UInt8])] {
        var (path, bytes) = try reader.read(source, in: directory)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var pairs: [(key: String, bytes: [UInt8])] = []
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            var line = line
            if line.last == 0x0D { line.removeLast() }
            while let first = line.first, first == 0x20 || (0x09...0x0D).contains(first) { line.removeFirst() }
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            let equals = line.firstIndex(of: UInt8(ascii: "="))
            let key = String(decoding: line[..<(equals ?? line.endIndex)], as: UTF8.self)
            guard Self.isDataKey(key) else {
                throw RenderError(
                    code: .invalidGenerator, message: "\"\(key)\" is not a name that a variable can have",
                    position: SourcePosition(file: path, line: number + 1, column: 1), hint: "write KEY=value, or # before a comment")
            }
            pairs.append((key, equals.map { Array(line[($0 + 1)...]) } ?? []))
        }
        return pairs
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    private static func isDataKey(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= 253 && key != "." && key != ".." && key.utf8.allSatisfy(isKeyByte)
    }
}
