import Manifests

/// Makes a ConfigMap or a Secret from what a kustomization says of it.
struct Generator {
    let rule: GeneratorRule
    let directory: String

    func generate(_ reader: TreeReader) throws(RenderError) -> Resource {
        if rule.name.isEmpty {
            throw rule.place.error(.invalidGenerator, "a generated \(rule.kind.rawValue) needs a name")
        }
        var metadata: Object = ["name": .string(rule.name)]
        if !rule.namespace.isEmpty { metadata["namespace"] = .string(rule.namespace) }
        if !rule.options.labels.isEmpty { metadata["labels"] = Self.mapping(rule.options.labels) }
        if !rule.options.annotations.isEmpty { metadata["annotations"] = Self.mapping(rule.options.annotations) }
        var object: Object = ["apiVersion": "v1", "kind": .string(rule.kind.rawValue), "metadata": .object(metadata)]
        let pairs = try KeyValueSources(rule: rule, directory: directory, reader: reader).load()
        switch rule.kind {
        case .configMap: Self.addData(pairs, to: &object)
        case .secret:
            object["type"] = .string(rule.type.isEmpty ? "Opaque" : rule.type)
            // A Secret has data even when there is none; a ConfigMap does not.
            object["data"] = .object(Object(pairs.map { ($0.key, .string(Self.wrappedBase64($0.bytes))) }))
        }
        if rule.options.immutable == true { object["immutable"] = true }
        var resource = Resource(
            value: .object(object),
            source: Resource.Source(file: rule.place.context.file, document: rule.place.context.document, path: rule.place.path))
        resource.behavior = rule.behavior
        resource.needsHash = rule.options.disableNameSuffixHash != true
        return resource
    }

    private static func mapping(_ pairs: [(key: String, value: String)]) -> Value {
        .object(Object(pairs.map { ($0.key, .string($0.value)) }))
    }

    private static func addData(_ pairs: [(key: String, bytes: [UInt8])], to object: inout Object) {
        var data = Object()
        var binary = Object()
        for pair in pairs {
            if let text = String(validating: pair.bytes, as: UTF8.self) {
                data[pair.key] = .string(text)
            } else {
                binary[pair.key] = .string(wrappedBase64(pair.bytes))
            }
        }
        if !data.isEmpty { object["data"] = .object(data) }
        if !binary.isEmpty { object["binaryData"] = .object(binary) }
    }

    /// Base64 in lines of 70 characters, as kustomize writes it; the line ends count in the hash of the name.
    static func wrappedBase64(_ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes)
        if text.utf8.count < 70 { return text }
        var wrapped = ""
        var rest = text.utf8[...]
        while !rest.isEmpty {
            wrapped += String(Substring(rest.prefix(70))) + "\n"
            rest = rest.dropFirst(70)
        }
        return wrapped
    }
}
