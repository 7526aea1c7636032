/// A remote base as a kustomization writes it, in any of kustomize's forms, taken apart.
struct RemoteReference: Sendable, Hashable {
    struct Problem: Error {
        var message: String
        var hint: String?
        /// What must be fetched before it can be rendered.
        var needed: RemoteTree?
    }

    var url: String
    /// With its port, when one is written.
    var host: String
    /// Normalised, from the root of that repository.
    var path: String
    var ref: String?

    /// Whether the text is meant for another host; a path of the tree otherwise.
    static func isRemote(_ text: String) -> Bool {
        if text.contains("://") || text.contains("?ref=") || text.contains("?version=") { return true }
        if ["git@", "git::", "gh:"].contains(where: text.hasPrefix) { return true }
        return ["github.com/", "gitlab.com/", "bitbucket.org/"].contains { text.hasPrefix($0) }
    }

    init(_ text: String) throws(Problem) {
        var rest = text.hasPrefix("git::") ? text.dropFirst(5) : text[...]
        if rest.hasPrefix("gh:") { rest = "https://github.com/" + rest.dropFirst(3) }
        let (scheme, afterScheme) = try Self.scheme(rest)
        let parts = afterScheme.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let address = parts.first ?? ""
        let authority = address.prefix { $0 != "/" }
        host = authority.lowercased()
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else {
            throw Problem(
                message: authority.contains("@") ? "carries a user; no credentials are sent for remote bases" : "names no host",
                hint: "write https://host/organisation/repository//path?ref=COMMIT")
        }
        let (repository, inside) = try Self.split(address.dropFirst(authority.count), host)
        url = "\(scheme)://\(host)/\(repository)"
        do throws(TreePath.Problem) {
            path = try TreePath.resolve(inside, in: "")
        } catch {
            throw Problem(message: "leads out of that repository")
        }
        ref = try parts.count > 1 ? Self.ref(parts[1]) : nil
    }

    /// The tree at a commit that is written in full: anything else could be another one tomorrow.
    func pinned() throws(Problem) -> RemoteTree {
        let advice = "ref must be a full commit name of 40 hexadecimal digits; git ls-remote \(url) shows them"
        guard let ref else {
            let isFile = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
            throw Problem(
                message: "is not pinned: it has no ref",
                hint: isFile ? "single files are not fetched; name a folder of a Git repository. " + advice : advice)
        }
        let isFull =
            ref.utf8.count == 40
            && ref.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
            }
        guard isFull else { throw Problem(message: "is not pinned: \"\(ref.prefix(80))\" may be another commit tomorrow", hint: advice) }
        return RemoteTree(url: url, commit: ref.lowercased())
    }

    private static func scheme(_ text: Substring) throws(Problem) -> (String, Substring) {
        guard let separator = text.firstRange(of: "://") else {
            // user@host:path, as scp has it.
            if let colon = text.firstIndex(of: ":"), text[..<colon].contains("@"), !text[..<colon].contains("/") { throw ssh }
            return ("https", text)
        }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": return ("https", text[separator.upperBound...])
        case "http": return ("http", text[separator.upperBound...])
        case "ssh", "git+ssh": throw ssh
        case "file": throw Problem(message: "is a path of one machine", hint: "name a folder of the repository")
        case let other: throw Problem(message: "has the scheme \(other)", hint: "remote bases are fetched by https")
        }
    }

    private static var ssh: Problem {
        Problem(message: "is reached by SSH, and no credentials are sent for remote bases", hint: "write its https:// form")
    }

    /// Where the repository ends: at `//`, after `.git`, after Azure's `_git/NAME`, else after two names, as kustomize has it.
    private static func split(_ path: Substring, _ host: String) throws(Problem) -> (repository: String, inside: String) {
        let path = path.dropFirst()
        var repository: Substring
        var inside: Substring = ""
        if path.hasPrefix("/") {
            repository = ""
        } else if let marker = path.firstRange(of: "//") {
            (repository, inside) = (path[..<marker.lowerBound], path[marker.upperBound...])
        } else {
            let names = path.split(separator: "/")
            var count = min(2, names.count)
            if let git = names.firstIndex(of: "_git"), git + 1 < names.count {
                count = git + 2
            } else if let end = names.firstIndex(where: { $0.hasSuffix(".git") }) {
                count = end + 1
            }
            repository = names.prefix(count).joined(separator: "/")[...]
            inside = names.dropFirst(count).joined(separator: "/")[...]
        }
        while repository.hasSuffix("/") { repository = repository.dropLast() }
        let names = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.allSatisfy(isNameByte) }) else {
            throw Problem(message: "names no repository", hint: "write https://\(host)/organisation/repository//path?ref=COMMIT")
        }
        return (String(repository), String(inside.drop { $0 == "/" }))
    }

    private static func ref(_ query: Substring) throws(Problem) -> String? {
        var ref: String?
        for member in query.split(separator: "&") {
            let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch pair.first {
            case "ref", "version": ref = pair.count > 1 ? String(pair[1]) : ""
            // How kustomize's own git is to behave. Ours has deadlines of its own and never fetches submodules.
            case "timeout", "submodules", "depth": continue
            default: throw Problem(message: "has \"\(member.prefix(80))\" in its query", hint: "ref is what counts")
            }
        }
        return ref?.isEmpty == true ? nil : ref
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        EnvironmentVariables.isNamePart(byte) || "-.~".utf8.contains(byte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        EnvironmentVariables.isNamePart(byte) || "-.:".utf8.contains(byte)
    }
}

extension RemoteTree {
    /// What stands in front of the paths of a remote tree: one name that no path of the watched repository may begin with. Neither "+" nor
    /// ":" is in the path of a URL that is taken, so no two trees have the same.
    static let marker = "remote:"

    /// The tree that a path is of, and the path within it; `nil` for the watched repository.
    static func split(_ path: String) -> (tree: RemoteTree, path: String)? {
        guard path.hasPrefix(marker), let at = path.firstIndex(of: "@") else { return nil }
        let address = path[..<at].dropFirst(marker.count).replacing("+", with: "/")
        let rest = path[path.index(after: at)...]
        let url = address.hasPrefix("http://") ? String(address) : "https://" + address
        return (RemoteTree(url: url, commit: String(rest.prefix { $0 != "/" })), String(rest.drop { $0 != "/" }.dropFirst()))
    }

    var root: String {
        let address = url.hasPrefix("https://") ? url.dropFirst("https://".count) : url[...]
        return Self.marker + address.replacing("/", with: "+") + "@" + commit
    }
}
