/// A commit's stored bytes, taken apart into what was signed and the signature.
///
/// Stricter than Git: a header that stands twice, or at another place than Git writes it, could be read in two ways by two programs, and
/// then what is verified need not be what is deployed. No Git writes such commits.
struct SignedCommit: Sendable, Hashable {
    struct Malformed: Error, Hashable {
        var reason: String
    }

    let tree: String
    let parents: [String]
    /// `nil` when it has none.
    let signature: [UInt8]?
    /// The commit without its signature: what was signed.
    let payload: [UInt8]

    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    init(_ bytes: [UInt8]) throws(Malformed) {
        var tree: String?
        var parents: [String] = []
        var signature: [UInt8]?
        var payload: [UInt8] = []
        var seen: [String] = []
        var rest = bytes[...]
        while true {
            guard let end = rest.firstIndex(of: Self.newline) else { throw Malformed(reason: "its headers do not end") }
            let line = rest[..<end]
            if line.contains(0) { throw Malformed(reason: "a header has a NUL in it") }
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            if line.first == Self.space {
                guard let last = seen.last, !Self.fixed.contains(last) else { throw Malformed(reason: "a header begins with a space") }
                if last == "gpgsig" {
                    signature?.append(contentsOf: line.dropFirst() + [Self.newline])
                } else {
                    payload += line + [Self.newline]
                }
                continue
            }
            guard let space = line.firstIndex(of: Self.space) else { throw Malformed(reason: "a header has no value") }
            let name = String(decoding: line[..<space], as: UTF8.self)
            let value = line[(space + 1)...]
            try Self.check(name, after: seen)
            seen.append(name)
            switch name {
            case "tree": tree = try Self.object(value)
            case "parent": parents.append(try Self.object(value))
            case "gpgsig":
                signature = value + [Self.newline]
                continue
            default: break
            }
            payload += line + [Self.newline]
        }
        guard let tree, seen.contains("committer") else { throw Malformed(reason: "it lacks a tree, an author or a committer") }
        self.tree = tree
        self.parents = parents
        self.signature = signature
        self.payload = payload + [Self.newline] + rest
    }

    /// Headers of one line each, in this order.
    private static let fixed = ["tree", "parent", "author", "committer"]

    private static func check(_ name: String, after seen: [String]) throws(Malformed) {
        let last = seen.last
        let fits: Bool =
            switch name {
            case "tree": last == nil
            case "parent": last == "tree" || last == "parent"
            case "author": last == "tree" || last == "parent"
            case "committer": last == "author"
            default: seen.contains("committer")
            }
        guard fits else { throw Malformed(reason: "its header \(name.prefix(40).debugDescription) stands where Git writes none") }
        if name == "gpgsig", seen.contains(name) { throw Malformed(reason: "it has two signatures") }
        // Another signature, of the same commit in a repository of SHA-256 names. Which one counts is not for us to choose.
        if name == "gpgsig-sha256" { throw Malformed(reason: "it has a signature for SHA-256 repositories, which is not supported") }
        // A tag that is merged stands once for each; everything else once.
        if name != "parent", name != "mergetag", seen.contains(name) {
            throw Malformed(reason: "its header \(name.prefix(40).debugDescription) stands there twice")
        }
    }

    private static func object(_ value: ArraySlice<UInt8>) throws(Malformed) -> String {
        let text = String(decoding: value, as: UTF8.self)
        guard let id = CommitID(text), id.text == text else { throw Malformed(reason: "an object's name in it is none") }
        return text
    }
}
