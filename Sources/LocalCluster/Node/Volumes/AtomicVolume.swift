/// A directory of files that a reader sees change all at once. The files live in a directory of their own, `..data` is a link to it, and each
/// name a link through `..data`; an update writes a new directory and turns the one link. The kubelet does the same, and programs that
/// reload their configuration (by watching `..data`) rely on it.
struct AtomicVolume {
    let directory: String
    private var current: [String: VolumeContent.File]?
    private var serial = 0

    init(directory: String) { self.directory = directory }

    /// - Returns: whether anything changed.
    mutating func show(_ files: [String: VolumeContent.File], now: Timestamp) throws(NodeError) -> Bool {
        if files == current { return false }
        let size = files.values.reduce(0) { $0 + $1.bytes.count }
        guard size <= NodeLimits.volumeBytes else {
            throw NodeError(.cannotWriteFiles, "the volume \(directory) would hold \(size) bytes, more than \(NodeLimits.volumeBytes)")
        }
        try FileTree.makeDirectory(directory)
        serial += 1
        let name = "..\(now.rfc3339.filter { $0.isNumber })_\(serial)"
        for (path, file) in files {
            if let slash = path.lastIndex(of: "/") { try FileTree.makeDirectory("\(directory)/\(name)/\(path[..<slash])") }
            try FileTree.makeDirectory("\(directory)/\(name)")
            try FileTree.write(file.bytes, to: "\(directory)/\(name)/\(path)", mode: file.mode)
        }
        if files.isEmpty { try FileTree.makeDirectory("\(directory)/\(name)") }
        try FileTree.link("\(directory)/..data", to: name)

        let shown = Set(files.keys.map { String($0.prefix { $0 != "/" }) })
        for top in shown where !FileTree.exists("\(directory)/\(top)") { try FileTree.link("\(directory)/\(top)", to: "..data/\(top)") }
        for other in FileTree.names(in: directory) where other != "..data" && other != name && !shown.contains(other) {
            FileTree.remove("\(directory)/\(other)")
        }
        current = files
        return true
    }
}
