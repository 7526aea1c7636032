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
        var specs = specs
        let known = Known()
        for position in resources.indices where !resources[position].isDeleted {
            try resources.edit(position) { (resource: inout Resource) throws(RenderError) in
                if resource.type.kind != "CustomResourceDefinition" { visit(&resource.value, known) }
                for spec in specs.specs(for: resource.type) {
                    try apply(spec, creation: .never, to: &resource, reader) { value throws(FieldWalker.Obstacle) in
                        update(&value, known)
                    }
                }
            }
        }
    }

    /// Containers are found wherever they stand, also in kinds that nobody has told us about.
    private func visit(_ value: inout Value, _ known: Known) {
        if let changed = visited(value, known) { value = changed }
    }

    /// The value with the images of its containers changed; `nil` when there are none to change, which needs no copy of anything.
    private func visited(_ value: Value, _ known: Known) -> Value? {
        switch value {
        case .object(let object):
            var changed: Object?
            for (position, member) in object.values.enumerated() where member.isCollection {
                let key = object.keys[position]
                var result = visited(member, known)
                if key == "containers" || key == "initContainers" { result = withImages(result ?? member, known) ?? result }
                guard let result else { continue }
                changed = changed ?? object
                changed?[key] = result
            }
            return changed.map(Value.object)
        case .array(let elements):
            var changed: [Value]?
            for (position, element) in elements.enumerated() where element.isCollection {
                guard let result = visited(element, known) else { continue }
                changed = changed ?? elements
                changed?[position] = result
            }
            return changed.map(Value.array)
        case .null, .bool, .integer, .double, .string: return nil
        }
    }

    private func withImages(_ containers: Value, _ known: Known) -> Value? {
        guard case .array(var elements) = containers else { return nil }
        var isChanged = false
        for (position, element) in elements.enumerated() {
            guard let image = element["image"]?.string, let changed = changed(image, known) else { continue }
            elements[position].setMember("image", .string(changed))
            isChanged = true
        }
        return isChanged ? .array(elements) : nil
    }

    private func update(_ value: inout Value, _ known: Known) {
        guard let image = value.string, let changed = changed(image, known) else { return }
        value = .string(changed)
    }

    /// What has been found out about images: each is looked at twice, as a container's and at a field spec's path, and many are alike.
    private final class Known {
        var images: [String: String?] = [:]
    }

    /// `nil` when the rule is not for this image.
    private func changed(_ image: String, _ known: Known) -> String? {
        if let answer = known.images[image] { return answer }
        let answer = changed(image)
        known.images[image] = .some(answer)
        return answer
    }

    private func changed(_ image: String) -> String? {
        let parts = ImageName(image)
        guard pattern.matches(parts.name), parts.hasPlainTagAndDigest else { return nil }
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
        let bytes = text.utf8
        let searchStart = bytes.firstIndex(of: UInt8(ascii: "/")).flatMap { $0 == text.startIndex ? nil : $0 } ?? text.startIndex
        let at = bytes[searchStart...].firstIndex(of: UInt8(ascii: "@"))
        let colon = bytes[searchStart...].firstIndex(of: UInt8(ascii: ":"))
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
