internal import Kustomize

/// The files of the repository's layout, found without following links.
struct LayoutWalk {
    static let folders = ["environments", "manifests", "hooks"]

    private let files: any FileProvider
    /// Paths, in order.
    private(set) var paths: [String] = []
    /// Symbolic links and submodules, which are not followed.
    private(set) var links: [String] = []
    private(set) var isCut = false

    init(_ files: any FileProvider) throws {
        self.files = files
        for folder in Self.folders where try files.kind(of: folder) == .directory { try walk(folder, depth: 1) }
    }

    private mutating func walk(_ folder: String, depth: Int) throws {
        for name in try files.list(folder).sorted() {
            let path = "\(folder)/\(name)"
            switch try files.kind(of: path) {
            case .file?:
                guard paths.count < Limits.layoutFiles else {
                    isCut = true
                    return
                }
                paths.append(path)
            case .directory?:
                guard depth < Limits.layoutDepth else {
                    isCut = true
                    continue
                }
                try walk(path, depth: depth + 1)
            case .symbolicLink?, .submodule?: if links.count < Limits.layoutFiles { links.append(path) }
            case nil: continue
            }
        }
    }

    /// Folders in which a kustomization stands.
    var kustomizationFolders: [String] {
        let folders = paths.filter { KustomizationSurvey.fileNames.contains(Self.name($0)) }.map(Self.folder)
        return Set(folders).sorted()
    }

    /// Folders of Helm charts. What is below them is written in Helm's template language and is no YAML.
    var chartFolders: Set<String> { Set(paths.filter { Self.name($0) == "Chart.yaml" }.map(Self.folder)) }

    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
    static func folder(_ path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

    static func isYAML(_ path: String) -> Bool { [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) } }

    /// Whether the path is below one of the folders, at any depth.
    static func isBelow(_ path: String, _ folders: Set<String>) -> Bool {
        var folder = folder(path)
        while !folder.isEmpty {
            if folders.contains(folder) { return true }
            folder = self.folder(folder)
        }
        return false
    }
}
