internal import Manifests

/// The volumes of one Pod, below the Pod's own directory, and where its containers find them.
struct PodVolumes {
    let podDirectory: String
    /// Where volumes that outlive the Pod are.
    let claimsDirectory: String
    private var atomic: [String: AtomicVolume] = [:]
    private var roots: [String: String] = [:]

    init(podDirectory: String, claimsDirectory: String) {
        self.podDirectory = podDirectory
        self.claimsDirectory = claimsDirectory
    }

    /// Makes all volumes, or brings those made of ConfigMaps and Secrets up to date.
    mutating func refresh(_ facts: PodFacts, now: Timestamp) throws(NodeError) {
        for volume in facts.pod["spec", "volumes"]?.array ?? [] {
            guard let name = volume["name"]?.string else { continue }
            if let files = try VolumeContent.files(of: volume, facts) {
                var place = atomic[name] ?? AtomicVolume(directory: "\(podDirectory)/volumes/\(name)")
                _ = try place.show(files, now: now)
                atomic[name] = place
                roots[name] = place.directory
            } else if roots[name] == nil {
                roots[name] = try makePlain(volume, name, facts)
            }
        }
    }

    private func makePlain(_ volume: Value, _ name: String, _ facts: PodFacts) throws(NodeError) -> String {
        if let path = volume["hostPath"]?["path"]?.string { return path }
        if let claim = volume["persistentVolumeClaim"]?["claimName"]?.string {
            let path = "\(claimsDirectory)/\(facts.namespace)/\(claim)"
            try FileTree.makeDirectory(path)
            return path
        }
        guard volume["emptyDir"] != nil || volume["ephemeral"] != nil else {
            let kind = volume.object?.keys.first { $0 != "name" } ?? "nothing"
            throw NodeError(
                .unsupportedVolume, "MountVolume.SetUp failed for volume \"\(name)\" : a local cluster has no volumes of the kind \(kind)")
        }
        let path = "\(podDirectory)/volumes/\(name)"
        try FileTree.makeDirectory(path, mode: 0o777)
        return path
    }

    /// The mounts of one container, and the directory in which they appear at their mount paths as links. A mount of a `subPath` is a copy made
    /// now that no update reaches, as in Kubernetes.
    func mounts(of container: Value, variables: [String: String]) throws(NodeError) -> (table: MountTable, root: String) {
        let name = container["name"]?.string ?? ""
        let root = "\(podDirectory)/root/\(name)"
        FileTree.remove(root)
        try FileTree.makeDirectory(root)
        var entries: [MountTable.Entry] = []
        for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
            guard let volume = mount["name"]?.string, let mountPath = mount["mountPath"]?.string, let base = roots[volume] else { continue }
            var real = base
            let subPath = mount["subPathExpr"]?.string.map { VariableExpansion.expand($0, with: variables) } ?? mount["subPath"]?.string
            if let subPath, !subPath.isEmpty {
                guard !subPath.hasPrefix("/"), !subPath.split(separator: "/").contains("..") else {
                    throw NodeError(.badReference, "subPath \"\(subPath)\" of container \"\(name)\" leaves its volume")
                }
                real = try place(subPath, of: volume, base, container: name, index)
            }
            entries.append(.init(mountPath: mountPath, realPath: real))
        }
        let table = MountTable(entries)
        for entry in table.entries where !table.isNested(entry) { try show(entry, below: root) }
        return (table, root)
    }

    private func place(
        _ subPath: String, of volume: String, _ base: String, container: String, _ index: Int
    ) throws(NodeError) -> String {
        guard atomic[volume] != nil else {
            if !FileTree.exists("\(base)/\(subPath)") { try FileTree.makeDirectory("\(base)/\(subPath)", mode: 0o777) }
            return "\(base)/\(subPath)"
        }
        guard let bytes = FileTree.read("\(base)/\(subPath)", limit: NodeLimits.volumeBytes) else {
            throw NodeError(
                .missingConfiguration,
                "failed to prepare subPath for volumeMount \"\(volume)\" of container \"\(container)\": no file \(subPath)")
        }
        let directory = "\(podDirectory)/subpaths/\(container)/\(index)"
        try FileTree.makeDirectory(directory)
        let path = "\(directory)/\(subPath.split(separator: "/").last ?? "file")"
        try FileTree.write(bytes, to: path, mode: 0o644)
        return path
    }

    private func show(_ entry: MountTable.Entry, below root: String) throws(NodeError) {
        let path = root + entry.mountPath
        guard let slash = path.lastIndex(of: "/"), !FileTree.exists(path) else { return }
        let parent = String(path[..<slash])
        try FileTree.makeDirectory(parent)
        try FileTree.link(path, to: entry.realPath)
    }
}
