internal import Kustomize
internal import Synchronization

/// Files that remember which of them were read.
final class ReadPaths: FileProvider {
    private let files: any FileProvider
    private let paths = Mutex<Set<String>>([])

    init(_ files: any FileProvider) { self.files = files }

    var read: Set<String> { paths.withLock { $0 } }

    func kind(of path: String) throws -> FileKind? { try files.kind(of: path) }

    func read(_ path: String) throws -> [UInt8] {
        paths.withLock { _ = $0.insert(path) }
        return try files.read(path)
    }

    func list(_ directory: String) throws -> [String] { try files.list(directory) }
}
