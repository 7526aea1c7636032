internal import Manifests
internal import YAML

/// The images file as it is now: it is read again when it has changed.
package actor ImageStore {
    package enum Lookup: Sendable {
        /// On this machine already.
        case present(LocalImage)
        case toPull(LocalImage)
        /// The reason in a registry's words.
        case missing(String)
    }

    private let path: String?
    private var fingerprint: String?
    private var catalog = ImageCatalog()
    private var problem: String?
    private var pulled: Set<String> = []

    package init(path: String?) { self.path = path }

    /// For tests and for a cluster that is told its images directly.
    package init(catalog: ImageCatalog) {
        path = nil
        self.catalog = catalog
    }

    package func look(up name: String) -> Lookup {
        reload()
        let full = ImageName.normalized(name)
        if let image = catalog.image(named: name) { return pulled.contains(full) ? .present(image) : .toPull(image) }
        if let problem {
            return .missing("failed to pull image \"\(name)\": rpc error: code = Unavailable desc = \(problem)")
        }
        return .missing(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"\(full)\": failed to resolve reference \"\(full)\": "
                + "\(full): not found")
    }

    package func markPulled(_ name: String) { pulled.insert(ImageName.normalized(name)) }

    /// One document an image: name, command, whether it was pulled.
    func documents() -> [Value] {
        reload()
        return catalog.images.map { image in
            [
                "name": .string(image.name), "command": .array(image.command.map(Value.string)),
                "pulled": .bool(pulled.contains(image.name)),
            ]
        }
    }

    /// A broken file leaves what was read before in force.
    private func reload() {
        guard let path else { return }
        let now = FileTree.fingerprint(path)
        guard now != fingerprint || now == nil else { return }
        fingerprint = now
        guard now != nil, let bytes = FileTree.read(path, limit: NodeLimits.imagesFileBytes) else {
            problem = "the images file \(path) cannot be read"
            return
        }
        do {
            let documents = try YAML.parse(bytes, file: path)
            let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
            catalog = try (documents.first.map { try ImageCatalog($0.value) } ?? ImageCatalog()).resolved(in: folder)
            problem = nil
        } catch {
            problem = "the images file \(path) is not valid: \(error)"
        }
    }
}
