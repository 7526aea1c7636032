package import Git
package import Kustomize

/// A tree of the object database as a tree to render.
package struct GitFiles: IdentifiedFiles {
    private let tree: GitTree

    package init(tree: GitTree) {
        self.tree = tree
    }

    package func kind(of path: String) throws -> FileKind? {
        switch try tree.kind(of: path) {
        case .file(let bytes)?: .file(bytes: bytes)
        case .directory?: .directory
        case .symbolicLink?: .symbolicLink
        case .submodule?: .submodule
        case nil: nil
        }
    }

    package func read(_ path: String) throws -> [UInt8] { try tree.read(path) }

    package func list(_ directory: String) throws -> [String] { try tree.list(directory) }

    package func identity(of path: String) throws -> String {
        guard let entry = try tree.identity(of: path) else { return "nothing" }
        return entry.kind == .directory ? "directory" : "\(entry.kind) \(entry.object)"
    }

    package func identity(ofListing directory: String) throws -> String {
        try tree.identity(of: directory).map { "\($0.kind) \($0.object)" } ?? "nothing"
    }
}
