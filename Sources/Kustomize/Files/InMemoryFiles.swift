/// A tree held in memory: for tests, and for trees that are assembled and not read.
package struct InMemoryFiles: FileProvider {
    private enum Entry: Sendable {
        case file([UInt8])
        case symbolicLink
        case submodule
    }

    private var entries: [String: Entry] = [:]
    private var directories: [String: Set<String>] = ["": []]

    package init() {}

    /// Files by path, with their text.
    package init(_ texts: [String: String]) {
        for (path, text) in texts { set(path, Array(text.utf8)) }
    }

    package mutating func set(_ path: String, _ bytes: [UInt8]) { insert(path, .file(bytes)) }
    package mutating func set(_ path: String, _ text: String) { set(path, Array(text.utf8)) }
    package mutating func setSymbolicLink(_ path: String) { insert(path, .symbolicLink) }
    package mutating func setSubmodule(_ path: String) { insert(path, .submodule) }

    package mutating func remove(_ path: String) {
        entries[path] = nil
        directories[TreePath.parent(of: path)]?.remove(TreePath.name(of: path))
    }

    package func kind(of path: String) -> FileKind? {
        switch entries[path] {
        case .file(let bytes): .file(bytes: bytes.count)
        case .symbolicLink: .symbolicLink
        case .submodule: .submodule
        case nil: directories[path] == nil ? nil : .directory
        }
    }

    package func read(_ path: String) throws -> [UInt8] {
        guard case .file(let bytes) = entries[path] else {
            throw RenderError(.fileNotFound, "there is no file \(path)", file: path)
        }
        return bytes
    }

    package func list(_ directory: String) -> [String] {
        directories[directory].map(Array.init) ?? []
    }

    private mutating func insert(_ path: String, _ entry: Entry) {
        entries[path] = entry
        var child = path
        while !child.isEmpty {
            let parent = TreePath.parent(of: child)
            directories[parent, default: []].insert(TreePath.name(of: child))
            child = parent
        }
    }
}
