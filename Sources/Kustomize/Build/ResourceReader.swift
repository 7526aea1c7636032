import Manifests

/// Turns the documents of a file into objects, taking apart the lists among them.
struct ResourceReader {
    let reader: TreeReader

    func resources(_ values: [Value], _ file: String) throws(RenderError) -> [Resource] {
        var resources: [Resource] = []
        resources.reserveCapacity(values.count)
        for (document, value) in values.enumerated() where !value.isNull {
            try add(value, Resource.Source(file: file, document: document), to: &resources)
        }
        return resources
    }

    private func add(_ value: Value, _ source: Resource.Source, to resources: inout [Resource]) throws(RenderError) {
        guard let object = value.object else {
            throw problem("an object is a mapping, not \(value.typeName)", source)
        }
        if object.isEmpty { return }
        guard let kind = value.kind, !kind.isEmpty else {
            throw problem("the object has no kind", source)
        }
        if kind.hasSuffix("List"), let items = value["items"]?.array {
            for (index, item) in items.enumerated() {
                var place = source
                place.path += [.key("items"), .index(index)]
                try add(item, place, to: &resources)
            }
            return
        }
        guard let name = value["metadata"]?["name"]?.scalarText, !name.isEmpty else {
            throw problem("the \(kind) has no metadata.name", source)
        }
        var resource = Resource(value: value, source: source)
        BuildAnnotations.absorb(&resource)
        resources.append(resource)
    }

    private func problem(_ message: String, _ source: Resource.Source) -> RenderError {
        reader.context(source.file, document: source.document)
            .error(.invalidObject, "\(message) (document \(source.document + 1) of \(source.file))", at: source.path)
    }
}

extension Resource {
    /// Marked as being for the build only.
    var isLocalOnly: Bool {
        guard let mark = value.annotations?["config.kubernetes.io/local-config"] else { return false }
        return mark.scalarText != "false"
    }
}
