import Glibc
import Kustomize
import Manifests
import TestSupport
import YAML

extension YAMLReader {
    /// The adapter that a caller of this room makes: libyaml through the YAML room.
    static let standard = YAMLReader(
        parse: { bytes, file, duplicateKeys in
            let keys: YAMLReading.DuplicateKeys =
                switch duplicateKeys {
                case .refuse: .refuse
                case .takeFirst: .takeFirst
                case .takeLast: .takeLast
                }
            let reading = YAMLReading(finalLineEnd: .asWritten, duplicateKeys: keys, annotations: .asText)
            do throws(YAMLError) {
                return try YAML.parse(bytes, file: file, reading: reading).map(\.value)
            } catch {
                throw RenderError(code: .invalidYAML, message: error.message, position: error.position)
            }
        },
        position: { path, document, bytes, file in YAML.position(of: path, document: document, in: bytes, file: file) },
        rewrite: { bytes, value in
            // A text that cannot be read is no structured one: the caller says so.
            try? YAML.rewrite(bytes, as: value, file: "text", reading: YAMLReading(finalLineEnd: .asWritten))
        })
}

extension InMemoryFiles {
    /// The tree below a folder of the disk, links as links.
    init(readingFolder folder: String) throws {
        self.init()
        try add(folder, "")
    }

    private mutating func add(_ root: String, _ path: String) throws {
        let folder = path.isEmpty ? root : root + "/" + path
        for name in try Files.list(folder) {
            let child = path.isEmpty ? name : path + "/" + name
            var status = stat()
            guard lstat(root + "/" + child, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try add(root, child)
            case S_IFLNK: setSymbolicLink(child)
            default: set(child, try Files.read(root + "/" + child))
            }
        }
    }
}
