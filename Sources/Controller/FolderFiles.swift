internal import Foundation
package import Kustomize

/// A folder on disk as a tree to render, for `slipway render PATH` and `slipway validate`. Links are reported as links and never
/// followed, as they are in the watched repository.
package struct FolderFiles: FileProvider {
    private let root: String

    package init(root: String) {
        self.root = root
    }

    package func kind(of path: String) throws -> FileKind? {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: location(path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            return nil
        }
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular?: return .file(bytes: (attributes[.size] as? Int) ?? 0)
        case .typeDirectory?: return .directory
        case .typeSymbolicLink?: return .symbolicLink
        default: return nil
        }
    }

    package func read(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: location(path))))
    }

    package func list(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: location(directory)).sorted()
    }

    private func location(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }
}
