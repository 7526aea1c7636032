import Manifests

/// Gives the containers of one image another name, tag or digest.
struct ImageTransformer: Transformer {
    let rule: ImageRule
    let specs: FieldSpecTable
    private let pattern: Pattern

    init(_ rule: ImageRule, specs: [FieldSpec]) throws(RenderError) {
        self.rule = rule
        self.specs = FieldSpecTable(specs)
        do {
            pattern = try Pattern(rule.name)
        } catch {
            throw rule.place.context.error(
                .invalidSelector, "the image name \"\(rule.name)\" is not a regular expression: \(error.problem)",
                at: rule.place.path + [.key("name")])
        }
    }

    func transform(_ resources: inout ResourceSet, _ reader: TreeReader) throws(RenderError) {
        for position in resources.indices where !resources[position].isDeleted {
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                if resource.type.kind != "CustomResourceDefinition" { visit(&resource.value) }
                for spec in specs.specs(for: resource.type) {
                    try apply(spec, creation: .never, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                        update(&value)
                    }
                }
            }
        }
    }

    /// Containers are found wherever they stand, also in kinds that nobody has told us about.
    private func visit(_ value: inout Value) {
        switch value {
        case .object(let object):
            guard Self.mayHoldContainers(object) else { return }
            value.editObject { object in
                for key in object.keys {
                    object.update(key, default: .null) { member in
                        visit(&member)
                        if key == "containers" || key == "initContainers" { updateContainers(&member) }
                    }
                }
            }
        case .array(let elements):
            guard elements.contains(where: { $0.isCollection }) else { return }
            value.editArray { elements in
                for position in elements.indices { visit(&elements[position]) }
            }
        case .null, .bool, .integer, .double, .string: return
        }
    }

    private static func mayHoldContainers(_ object: Object) -> Bool { object.values.contains(where: { $0.isCollection }) }

    private func updateContainers(_ value: inout Value) {
        value.editArray { elements in
            for position in elements.indices where elements[position]["image"] != nil {
                elements[position].editMember("image", default: .null) { update(&$0) }
            }
        }
    }

    private func update(_ value: inout Value) {
        guard let image = value.string, let changed = changed(image) else { return }
        value = .string(changed)
    }

    /// `nil` when the rule is not for this image.
    private func changed(_ image: String) -> String? {
        let parts = ImageName(image)
        guard rule.name.isEmpty ? parts.name.isEmpty : pattern.matches(parts.name), parts.hasPlainTagAndDigest else { return nil }
        var result = parts
        if !rule.newName.isEmpty { result.name = rule.newName }
        if !rule.newTag.isEmpty {
            result.tag = rule.newTag
            result.digest = rule.digest
        } else if !rule.digest.isEmpty {
            result.tag = ""
            result.digest = rule.digest
        } else if !rule.tagSuffix.isEmpty {
            result.tag += rule.tagSuffix
            result.digest = ""
        }
        return result.text
    }
}

/// `registry:5000/name:tag@digest` in its parts.
struct ImageName: Hashable {
    var name: String
    var tag = ""
    var digest = ""

    init(_ text: String) {
        // A port belongs to the host before the first slash; behind it a colon begins the tag.
        let searchStart = text.firstIndex(of: "/").flatMap { $0 == text.startIndex ? nil : $0 } ?? text.startIndex
        let at = text[searchStart...].firstIndex(of: "@")
        let colon = text[searchStart...].firstIndex(of: ":")
        switch (colon, at) {
        case (nil, nil): name = text
        case (let colon?, nil):
            name = String(text[..<colon])
            tag = String(text[text.index(after: colon)...])
        case (let colon, let at?):
            digest = String(text[text.index(after: at)...])
            if let colon, colon < at {
                name = String(text[..<colon])
                tag = String(text[text.index(after: colon)..<at])
            } else {
                name = String(text[..<at])
            }
        }
    }

    var text: String { name + (tag.isEmpty ? "" : ":" + tag) + (digest.isEmpty ? "" : "@" + digest) }

    /// Tags and digests of other characters belong to templates of other tools, which are left alone.
    var hasPlainTagAndDigest: Bool {
        let digestIsPlain = digest.isEmpty || (digest.hasPrefix("sha256:") && Self.isPlain(digest.dropFirst(7)))
        return Self.isPlain(tag[...]) && digestIsPlain
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F || byte == 0x2E
                || byte == 0x7B || byte == 0x7D || byte == 0x2D
        }
    }
}

extension Value {
    var isCollection: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .integer, .double, .string: false
        }
    }
}
