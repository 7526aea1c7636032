internal import Kustomize
internal import Manifests

/// Brings a chart and its values out of the tree, where Helm cannot read them, into a folder.
struct ChartFiles {
    private let files: any FileProvider
    private let folder: PrivateFolder
    private var count = 0
    private var bytes = 0

    init(_ files: any FileProvider, _ folder: PrivateFolder) {
        self.files = files
        self.folder = folder
    }

    /// Copies the folder or package at `path` to `name`.
    mutating func copyChart(_ path: String, to name: String) throws(HelmError) {
        let place: [PathElement] = [.key("chart")]
        try checkFolders(above: path, place)
        switch try kind(path, place) {
        case .file(let size)?:
            guard path.hasSuffix(".tgz") || path.hasSuffix(".tar.gz") else {
                throw HelmError(.unsupported, "\(path) is neither the folder of a chart nor a package (.tgz)")
            }
            try copyFile(path, to: name, size, place)
        case .directory?:
            guard case .file? = try kind("\(path)/Chart.yaml", place) else {
                throw HelmError(.missingFile, "\(path) is no chart: it has no Chart.yaml")
            }
            try copyFolder(path, to: name, depth: 0)
        case .symbolicLink?, .submodule?: throw notPlain(path, place)
        case nil: throw missing(path, place)
        }
    }

    mutating func copyValues(_ path: String, to name: String, at place: [PathElement]) throws(HelmError) {
        try checkFolders(above: path, place)
        switch try kind(path, place) {
        case .file(let size)?: try copyFile(path, to: name, size, place)
        case .directory?, .symbolicLink?, .submodule?: throw notPlain(path, place)
        case nil: throw missing(path, place)
        }
    }

    /// A folder on disk is read through links on the way to it; a commit is not. Both are to give the same.
    private func checkFolders(above path: String, _ place: [PathElement]) throws(HelmError) {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += folder.isEmpty ? "\(part)" : "/\(part)"
            switch try kind(folder, place) {
            case .directory?: continue
            case .file?, nil: throw missing(folder, place)
            case .symbolicLink?, .submodule?: throw notPlain(folder, place)
            }
        }
    }

    private mutating func copyFolder(_ path: String, to name: String, depth: Int) throws(HelmError) {
        guard depth <= HelmLimits.depth else {
            throw HelmError(.limitExceeded, "\(path): the folders of the chart are nested deeper than \(HelmLimits.depth)")
        }
        try folder.makeFolder(name)
        let place: [PathElement] = [.key("chart")]
        let entries: [String]
        do { entries = try files.list(path).sorted() } catch { throw HelmError(.missingFile, "\(path) cannot be read: \(error)") }
        for entry in entries {
            // Names come from the tree of a commit, which a program may have made.
            guard !entry.isEmpty, entry != ".", entry != "..", !entry.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) else {
                throw HelmError(.unsupported, "\(path) has an entry that no file can be called")
            }
            let (from, to) = ("\(path)/\(entry)", "\(name)/\(entry)")
            switch try kind(from, place) {
            case .file(let size)?: try copyFile(from, to: to, size, place)
            case .directory?: try copyFolder(from, to: to, depth: depth + 1)
            case .symbolicLink?, .submodule?: throw notPlain(from, place)
            case nil: throw missing(from, place)
            }
        }
    }

    private mutating func copyFile(_ path: String, to name: String, _ size: Int, _ place: [PathElement]) throws(HelmError) {
        count += 1
        guard count <= HelmLimits.files else {
            throw HelmError(.limitExceeded, "the chart has more than \(HelmLimits.files) files", at: place)
        }
        // The size is asked for first, so that a large file is not even read.
        try check(size, path, place)
        let content: [UInt8]
        do { content = try files.read(path) } catch { throw HelmError(.missingFile, "\(path) cannot be read: \(error)", at: place) }
        try check(content.count, path, place)
        bytes += content.count
        if path.hasSuffix("/values.schema.json"), let address = Self.address(in: content) {
            throw HelmError(
                .unsupported, "\(path) refers to \(address), and nothing is fetched while rendering: copy it into the schema", at: place)
        }
        try folder.write(content, to: name)
    }

    private func check(_ size: Int, _ path: String, _ place: [PathElement]) throws(HelmError) {
        guard size <= HelmLimits.fileBytes else {
            throw HelmError(.limitExceeded, "\(path) has \(size) bytes; a file of a chart may have \(HelmLimits.fileBytes)", at: place)
        }
        guard size <= HelmLimits.totalBytes - bytes else {
            throw HelmError(.limitExceeded, "the chart and its values have more than \(HelmLimits.totalBytes) bytes together", at: place)
        }
    }

    /// The first `$ref` of a JSON schema that leads out of it. What is no JSON is for Helm to refuse.
    private static func address(in schema: [UInt8]) -> String? {
        guard let value = try? JSON.parse(schema) else { return nil }
        var waiting = [value]
        while let next = waiting.popLast() {
            if let reference = next["$ref"]?.string, reference.contains(":") { return String(reference.prefix(200)) }
            waiting += next.array ?? next.object?.values ?? []
        }
        return nil
    }

    private func kind(_ path: String, _ place: [PathElement]) throws(HelmError) -> FileKind? {
        do { return try files.kind(of: path) } catch {
            throw HelmError(.missingFile, "\(path) cannot be looked up: \(error)", at: place)
        }
    }

    private func missing(_ path: String, _ place: [PathElement]) -> HelmError {
        let parts = path.split(separator: "/")
        let siblings = (try? files.list(parts.dropLast().joined(separator: "/"))) ?? []
        let nearest = NearestName.suggestion(for: parts.last.map(String.init) ?? "", among: siblings.sorted())
        let advice = nearest.map { " (did you mean \"\($0)\"?)" } ?? ""
        return HelmError(.missingFile, "\(path) does not exist\(advice)", at: place)
    }

    private func notPlain(_ path: String, _ place: [PathElement]) -> HelmError {
        HelmError(.unsupported, "\(path) is not a plain file: folders, links and submodules are not followed here", at: place)
    }
}
