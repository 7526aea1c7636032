import Manifests

/// Reads the files of one rendering, within its limits, and knows for errors where things stand in them.
///
/// Every path that leads out of the tree, or through a symbolic link, is refused here and nowhere else.
final class TreeReader {
    private let files: any FileProvider
    private let remotes: RemoteTrees
    /// The remote trees that are in use, by the name in front of their paths.
    private var mounts: [String: any FileProvider] = [:]
    let yaml: YAMLReader
    let limits: RenderLimits
    let options: RenderOptions

    /// The merge rules of kinds, built in and described by the tree.
    var schemas = SchemaCatalog()
    private(set) var filesRead: Set<String> = []
    private var bytesRead = 0
    private var bytesParsed = 0
    private var applications = 0
    private var valuesMade = 0
    private var contents: [String: [UInt8]] = [:]
    private var checkedDirectories: Set<String> = [""]

    init(files: any FileProvider, remotes: RemoteTrees, yaml: YAMLReader, limits: RenderLimits, options: RenderOptions) {
        self.files = files
        self.remotes = remotes
        self.yaml = yaml
        self.limits = limits
        self.options = options
    }

    // MARK: Paths

    /// The path of the tree that `reference` names in a file of `directory`.
    func resolve(_ reference: Located<String>, in directory: String) throws(RenderError) -> String {
        let text = reference.content
        if text.isEmpty { throw reference.error(.invalidPath, "a path is empty") }
        if isRemote(text, in: directory) {
            throw reference.error(
                .remoteResource, "\(text) is on another host, and only resources and components may be",
                hint: "copy it into the repository, so that a Revision holds all that is deployed")
        }
        do throws(TreePath.Problem) {
            return try TreePath.resolve(text, in: directory)
        } catch {
            switch error {
            case .absolute:
                throw reference.error(.invalidPath, "\(text) is an absolute path", hint: "write it relative to the file that names it")
            case .controlCharacter: throw reference.error(.invalidPath, "a path has a control character")
            case .leavesTree: throw reference.error(.invalidPath, "\(text) leads out of the repository")
            case .reserved: throw reference.error(.invalidPath, "\(text) begins as only remote trees do")
            }
        }
    }

    /// The same for a resource or component, which may be a folder of another repository.
    func resolveBase(_ reference: Located<String>, in directory: String) throws(RenderError) -> String {
        let text = reference.content
        guard isRemote(text, in: directory) else { return try resolve(reference, in: directory) }
        do throws(RemoteReference.Problem) {
            let remote = try RemoteReference(text)
            guard remotes.isAllowed(remote.url) else {
                throw RemoteReference.Problem(
                    message: "is on another host, \(remote.host), and remote bases are refused unless their host is allowed",
                    hint:
                        "copy it into the repository; or allow the host by render.remoteBases.hosts in the controller's configuration and "
                        + "--allow-remote-host on the command line")
            }
            let tree = try remote.pinned()
            try mount(tree, reference)
            return remote.path.isEmpty ? tree.root : TreePath.join(tree.root, remote.path)
        } catch {
            var failure = reference.error(.remoteResource, "\(text) \(error.message)", hint: error.hint)
            failure.neededTree = error.needed
            throw failure
        }
    }

    /// A file of the tree may well look like an address.
    func isRemote(_ text: String, in directory: String) -> Bool {
        guard RemoteReference.isRemote(text) else { return false }
        guard let path = try? TreePath.resolve(text, in: directory) else { return true }
        return (try? files(of: path).kind(of: inner(path))) == nil
    }

    private func mount(_ tree: RemoteTree, _ reference: Located<String>) throws(RemoteReference.Problem) {
        if mounts[tree.root] != nil { return }
        if mounts.count >= limits.remotes {
            throw RemoteReference.Problem(message: "is one remote base too many: \(limits.remotes) are in use already")
        }
        let found: (any FileProvider)?
        do { found = try remotes.find(tree) } catch { throw RemoteReference.Problem(message: "cannot be read: \(error)") }
        guard let found else { throw RemoteReference.Problem(message: "is not fetched yet", needed: tree) }
        mounts[tree.root] = found
    }

    private func files(of path: String) -> any FileProvider {
        path.hasPrefix(RemoteTree.marker) ? mounts[String(path.prefix { $0 != "/" })] ?? files : files
    }

    /// The path within its own tree.
    private func inner(_ path: String) -> String {
        path.hasPrefix(RemoteTree.marker) ? String(path.drop { $0 != "/" }.dropFirst()) : path
    }

    /// What stands at the path, following no link on the way.
    func kind(_ path: String, named reference: Located<String>) throws(RenderError) -> FileKind? {
        try checkDirectories(of: path, named: reference)
        do {
            return try files(of: path).kind(of: inner(path))
        } catch {
            throw reference.error(.unreadableFile, "\(path) cannot be looked up: \(error)")
        }
    }

    private func checkDirectories(of path: String, named reference: Located<String>) throws(RenderError) {
        let parent = TreePath.parent(of: path)
        if checkedDirectories.contains(parent) { return }
        try checkDirectories(of: parent, named: reference)
        let kind: FileKind?
        do { kind = try files(of: parent).kind(of: inner(parent)) } catch {
            throw reference.error(.unreadableFile, "\(parent) cannot be looked up: \(error)")
        }
        switch kind {
        case .symbolicLink: throw linkRefused(parent, reference)
        case .submodule: throw submoduleRefused(parent, reference)
        case .directory: checkedDirectories.insert(parent)
        case .file, nil: break
        }
    }

    private func linkRefused(_ path: String, _ reference: Located<String>) -> RenderError {
        reference.error(
            .symbolicLink, "\(path) is a symbolic link, and links are not followed", hint: "name the file that is meant")
    }

    private func submoduleRefused(_ path: String, _ reference: Located<String>) -> RenderError {
        reference.error(.unsupported, "\(path) is a Git submodule, and submodules are not fetched")
    }

    // MARK: Files

    /// The bytes of a file that a kustomization names.
    func read(_ reference: Located<String>, in directory: String) throws(RenderError) -> (path: String, bytes: [UInt8]) {
        let path = try resolve(reference, in: directory)
        try checkRestriction(path, directory, reference)
        return (path, try read(path, named: reference))
    }

    private func checkRestriction(_ path: String, _ directory: String, _ reference: Located<String>) throws(RenderError) {
        if options.loadRestriction == .folder, !TreePath.isInside(path, directory) {
            throw reference.error(
                .invalidPath, "the file \(path) is not in the folder of this kustomization or below it",
                hint: "move it, or make a folder with a kustomization of it and name that")
        }
    }

    func documents(_ reference: Located<String>, in directory: String) throws(RenderError) -> (path: String, values: [Value]) {
        let path = try resolve(reference, in: directory)
        try checkRestriction(path, directory, reference)
        return (path, try documents(path, named: reference))
    }

    func documents(
        _ path: String, named reference: Located<String>, duplicateKeys: YAMLReader.DuplicateKeys = .refuse
    ) throws(RenderError) -> [Value] {
        let bytes = try read(path, named: reference)
        bytesParsed += bytes.count
        if bytesParsed > limits.totalBytes {
            throw reference.error(
                .limitExceeded, "more than \(limits.totalBytes) bytes are parsed in this rendering",
                hint: "a base that many kustomizations name is read again for each")
        }
        return try parse(bytes, path, duplicateKeys: duplicateKeys)
    }

    /// Counts objects that were looked at or changed, on behalf of what stands at `place`.
    func count(applications new: Int, _ place: Located<Void>) throws(RenderError) {
        applications += new
        if applications > limits.applications {
            throw place.error(
                .limitExceeded, "patches and replacements look at objects more than \(limits.applications) times",
                hint: "name objects exactly where patterns are not needed")
        }
    }

    /// Counts what is made of other values, `times` over. The error is made of the message where the place is known.
    func count(made value: Value, times: Int = 1, _ error: (_ message: String) -> RenderError) throws(RenderError) {
        let (new, overflow) = value.weight(upTo: limits.values).multipliedReportingOverflow(by: times)
        guard !overflow, new <= limits.values - valuesMade else {
            throw error("what aliases, patches, replacements and variables make has more than \(limits.values) values")
        }
        valuesMade += new
    }

    func read(_ path: String, named reference: Located<String>) throws(RenderError) -> [UInt8] {
        if let known = contents[path] { return known }
        let kind = try kind(path, named: reference)
        try requireReadable(kind, path, reference)
        if case .file(let size) = kind, size > limits.fileBytes { throw tooLarge(path, size, reference) }
        if kind == .directory { throw reference.error(.fileNotFound, "\(path) is a folder, and a file is expected") }
        let bytes: [UInt8]
        do { bytes = try files(of: path).read(inner(path)) } catch {
            throw reference.error(.unreadableFile, "\(path) cannot be read: \(error)")
        }
        if bytes.count > limits.fileBytes { throw tooLarge(path, bytes.count, reference) }
        filesRead.insert(path)
        bytesRead += bytes.count
        if bytesRead > limits.totalBytes {
            throw reference.error(.limitExceeded, "the files of this rendering are larger than \(limits.totalBytes) bytes together")
        }
        if filesRead.count > limits.files {
            throw reference.error(.limitExceeded, "this rendering reads more than \(limits.files) files")
        }
        contents[path] = bytes
        return bytes
    }

    /// Refuses what is neither a file nor a folder.
    func requireReadable(_ kind: FileKind?, _ path: String, _ reference: Located<String>) throws(RenderError) {
        switch kind {
        case .file, .directory: return
        case .symbolicLink: throw linkRefused(path, reference)
        case .submodule: throw submoduleRefused(path, reference)
        case nil: throw notFound(path, reference)
        }
    }

    private func tooLarge(_ path: String, _ size: Int, _ reference: Located<String>) -> RenderError {
        reference.error(.limitExceeded, "\(path) has \(size) bytes; at most \(limits.fileBytes) are read")
    }

    func notFound(_ path: String, _ reference: Located<String>) -> RenderError {
        let parent = TreePath.parent(of: path)
        let names = (try? files(of: parent).list(inner(parent))) ?? []
        let nearest = NearestName.suggestion(for: TreePath.name(of: path), among: names.sorted())
        return reference.error(.fileNotFound, "\(path) does not exist", hint: nearest.map { "did you mean \"\($0)\"?" })
    }

    /// Parses bytes as the documents of `file`. With kustomize's behaviour, `duplicateKeys` says which of two members with one key
    /// it takes in a text of that purpose.
    func parse(
        _ bytes: [UInt8], _ file: String, duplicateKeys: YAMLReader.DuplicateKeys = .refuse
    ) throws(RenderError) -> [Value] {
        let values: [Value]
        do {
            values = try yaml.parse(bytes, file, options.duplicateKeys == .asKustomize ? duplicateKeys : .refuse)
        } catch let error as RenderError {
            throw error
        } catch {
            // The parser's own error carries the place in its text.
            throw RenderError(.invalidYAML, "\(error)", file: file)
        }
        // Without an alias a text cannot stand for more than it has bytes.
        guard bytes.contains(UInt8(ascii: "*")) else { return values }
        for value in values { try count(made: value) { message in RenderError(.limitExceeded, message, file: file) } }
        return values
    }

    // MARK: Places

    /// What was read of a file; empty when it was not.
    func knownBytes(of file: String) -> [UInt8] { contents[file] ?? [] }

    func context(_ file: String, document: Int = 0) -> SourceContext {
        let bytes = contents[file] ?? []
        return context(file, document: document, bytes: bytes)
    }

    func context(_ file: String, document: Int = 0, bytes: [UInt8]) -> SourceContext {
        SourceContext(file: file, document: document) { [yaml] path in
            bytes.isEmpty ? nil : yaml.position(path, document, bytes, file)
        }
    }

    /// Where an object begins; line and column are 0 when that cannot be told.
    func position(of source: ObjectSource) -> SourcePosition {
        context(source.file, document: source.document).position(source.path)
    }

    /// An error about an object, at the place of one of its fields where that is known.
    func error(
        _ code: RenderError.Code, _ message: String, _ resource: Resource, at path: [PathElement] = [], hint: String? = nil
    ) -> RenderError {
        context(resource.source.file, document: resource.source.document)
            .error(code, message, at: resource.source.path + path, hint: hint)
    }
}
