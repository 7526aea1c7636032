import Manifests

/// Reads the members of one mapping strictly: what is not known, or is of the wrong type, is an error with its place. Where the
/// context collects problems, the error is noted and the member counts as absent.
struct FieldReader {
    let object: Object
    let path: [PathElement]
    let context: SourceContext
    /// What the mapping is, for messages: "kustomization", "patch".
    let subject: String

    init(_ value: Value, _ subject: String, at path: [PathElement], in context: SourceContext) throws(RenderError) {
        self.path = path
        self.context = context
        self.subject = subject
        switch value {
        case .object(let object): self.object = object
        case .null: object = Object()
        case .bool, .integer, .double, .string, .array:
            try context.report(context.error(.invalidKustomization, "\(subject) must be a mapping, not \(value.typeName)", at: path))
            object = Object()
        }
    }

    /// Refuses other members. kustomize takes keys in any case, and so do we; `exactly` asks for them as they are.
    func allow(_ keys: [String], exactly: Bool = false) throws(RenderError) {
        if context.allowsUnknownFields { return }
        for key in object.keys where !keys.contains(key) {
            if !exactly, keys.contains(where: { $0.lowercased() == key.lowercased() }) { continue }
            let suggestion = NearestName.suggestion(for: key, among: keys)
            try context.report(
                context.error(
                    .unknownField, "unknown field \"\(key)\" in the \(subject)", at: path + [.key(key)],
                    hint: suggestion.map { "did you mean \"\($0)\"?" }))
        }
    }

    func error(_ key: String, _ message: String, hint: String? = nil) -> RenderError {
        context.error(.invalidKustomization, message, at: path + [.key(key)], hint: hint)
    }

    private func wrongType(_ key: String, _ expected: String, _ value: Value, at path: [PathElement]) -> RenderError {
        context.error(.invalidKustomization, "\(key) must be \(expected), not \(value.typeName)", at: path)
    }

    /// `nil` when the member is missing or null.
    func value(_ key: String) -> Value? {
        let written = object[key] ?? object.first { $0.key.lowercased() == key.lowercased() }?.value
        guard let written, !written.isNull else { return nil }
        return written
    }

    func string(_ key: String) throws(RenderError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else {
            let isScalar = value.scalarText != nil
            try context.report(
                context.error(
                    .invalidKustomization, "\(key) must be a string, not \(value.typeName)", at: path + [.key(key)],
                    hint: isScalar ? "write it in quotes" : nil))
            return nil
        }
        return text
    }

    /// A string that is copied into many objects.
    func name(_ key: String) throws(RenderError) -> String? {
        guard let text = try string(key) else { return nil }
        if text.utf8.count > RenderLimits.nameLength {
            throw context.error(
                .limitExceeded, "\(key) is longer than \(RenderLimits.nameLength) characters", at: path + [.key(key)])
        }
        return text
    }

    /// The path of a field. Steps that are not there may be made, and what is nested deeper than any text would overrun the stack of a thread.
    func fieldPath(_ key: String) throws(RenderError) -> String? {
        guard let text = try string(key) else { return nil }
        if text.utf8.count(where: { $0 == UInt8(ascii: "/") }) > RenderLimits.fieldPathSteps {
            throw context.error(
                .limitExceeded, "\(key) has more than \(RenderLimits.fieldPathSteps) steps", at: path + [.key(key)])
        }
        return text
    }

    func bool(_ key: String) throws(RenderError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool ?? Self.oldWord(value.string) else {
            try context.report(wrongType(key, "true or false", value, at: path + [.key(key)]))
            return nil
        }
        return flag
    }

    /// kustomize reads a kustomization by YAML 1.1, in which these are true and false too.
    private static func oldWord(_ text: String?) -> Bool? {
        switch text {
        case "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": true
        case "no", "No", "NO", "off", "Off", "OFF", "n", "N": false
        default: nil
        }
    }

    func integer(_ key: String) throws(RenderError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer, let integer = Int(exactly: number) else {
            let found = value.number == nil ? value.typeName : value.scalarText ?? value.typeName
            try context.report(
                context.error(
                    .invalidKustomization, "\(key) must be a whole number of at most 64 bits, not \(found)", at: path + [.key(key)]))
            return nil
        }
        return integer
    }

    func list<Element>(
        _ key: String, _ element: (_ value: Value, _ path: [PathElement]) throws(RenderError) -> Element
    ) throws(RenderError) -> [Element] {
        guard let value = value(key) else { return [] }
        guard let elements = value.array else {
            try context.report(wrongType(key, "a list", value, at: path + [.key(key)]))
            return []
        }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (index, item) in elements.enumerated() {
            do throws(RenderError) {
                result.append(try element(item, path + [.key(key), .index(index)]))
            } catch {
                try context.report(error)
            }
        }
        return result
    }

    func strings(_ key: String) throws(RenderError) -> [Located<String>] {
        try list(key) { value, path throws(RenderError) in
            guard let text = value.string else {
                throw wrongType("every entry of \(key)", "a string", value, at: path)
            }
            return Located(content: text, path: path, context: context)
        }
    }

    /// A mapping of text to text, in the order of its keys. `takesScalars` accepts numbers and booleans as their text.
    func stringMap(_ key: String, takesScalars: Bool = false) throws(RenderError) -> [(key: String, value: String)] {
        guard let value = value(key) else { return [] }
        guard let members = value.object else {
            try context.report(wrongType(key, "a mapping", value, at: path + [.key(key)]))
            return []
        }
        var result: [(key: String, value: String)] = []
        for (name, member) in members {
            let text = takesScalars ? (member.isNull ? "" : member.scalarText) : member.string
            guard let text else {
                try context.report(
                    context.error(
                        .invalidKustomization, "\(key).\(name) must be a string, not \(member.typeName)",
                        at: path + [.key(key), .key(name)], hint: member.scalarText == nil ? nil : "write it in quotes"))
                continue
            }
            result.append((name, text))
        }
        return result.sorted { $0.key < $1.key }
    }

    func reader(_ key: String) throws(RenderError) -> FieldReader? {
        guard let value = value(key) else { return nil }
        return try FieldReader(value, key, at: path + [.key(key)], in: context)
    }

    func located<Content>(_ content: Content) -> Located<Content> { Located(content: content, path: path, context: context) }

    func fieldSpecs(_ key: String) throws(RenderError) -> [FieldSpec] {
        try list(key) { value, path throws(RenderError) in
            try FieldSpec(reading: FieldReader(value, "field spec", at: path, in: context))
        }
    }
}

extension FieldSpec {
    init(reading reader: FieldReader) throws(RenderError) {
        try reader.allow(["path", "group", "version", "kind", "create"])
        self.init(
            try reader.fieldPath("path") ?? "", group: try reader.string("group") ?? "", version: try reader.string("version") ?? "",
            kind: try reader.string("kind") ?? "", create: try reader.bool("create") ?? false)
    }
}
