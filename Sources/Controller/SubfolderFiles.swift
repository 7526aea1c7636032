package import Kustomize

/// A folder of a tree as a tree of its own.
package struct SubfolderFiles: FileProvider {
    private let files: any FileProvider
    private let folder: String

    /// - Parameter folder: its path in `files`; "" is all of it.
    package init(_ files: any FileProvider, folder: String) {
        self.files = files
        self.folder = folder
    }

    package func kind(of path: String) throws -> FileKind? { try files.kind(of: location(path)) }
    package func read(_ path: String) throws -> [UInt8] { try files.read(location(path)) }
    package func list(_ directory: String) throws -> [String] { try files.list(location(directory)) }

    private func location(_ path: String) -> String {
        folder.isEmpty ? path : path.isEmpty ? folder : "\(folder)/\(path)"
    }
}
