/// A path inside a tree: relative, normalised, and harmless.
struct GitPath {
    let components: [String]

    var text: String { components.joined(separator: "/") }

    /// The root is "". Refused are absolute paths, "..", NUL, and the names that some system takes for `.git`.
    init(_ path: String, limits: GitLimits) throws(GitError) {
        guard path.utf8.count <= limits.pathBytes else {
            throw .invalidPath(String(path.prefix(100)) + "...", reason: "it is longer than \(limits.pathBytes) bytes")
        }
        guard !path.utf8.contains(0) else { throw .invalidPath(path, reason: "it has a NUL") }
        guard !path.hasPrefix("/") else { throw .invalidPath(path, reason: "it is absolute; paths are relative to the repository") }
        var components: [String] = []
        for part in path.split(separator: "/") where part != "." {
            guard part != ".." else { throw .invalidPath(path, reason: "\"..\" is not allowed") }
            guard !Self.isGitFolder(part) else { throw .invalidPath(path, reason: "\(part.debugDescription) belongs to Git itself") }
            components.append(String(part))
        }
        guard components.count <= limits.pathDepth else {
            throw .invalidPath(path, reason: "it is deeper than \(limits.pathDepth) folders")
        }
        self.components = components
    }

    /// `.git` in any case, as Windows shortens or trims it (`git~1`, `.git. `, `.git::$INDEX_ALLOCATION`), and as macOS reads it
    /// between characters that it ignores. No work tree is ever written here, but what we accept, another tool may check out.
    private static func isGitFolder(_ name: Substring) -> Bool {
        var text = String(String.UnicodeScalarView(name.unicodeScalars.filter { !isIgnoredByMacOS($0) })).lowercased()
        if let colon = text.firstIndex(of: ":") { text = String(text[..<colon]) }
        while text.hasSuffix(" ") || text.hasSuffix(".") { text.removeLast() }
        return text == ".git" || text == "git~1"
    }

    private static func isIgnoredByMacOS(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: true
        default: false
        }
    }
}
