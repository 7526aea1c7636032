import Manifests

/// What references can mean: the names, past and present, of all objects of a build, taken down once before references are rewritten.
final class ReferenceDirectory {
    struct Entry {
        var id: ResourceId
        /// As it stands in the object: empty when it is left out.
        var namespace: String
        var originalNamespace: String
        var previous: [ResourceId]
        var prefixes: [String]
        var suffixes: [String]
        var file: String

        init(_ resource: Resource) {
            id = resource.id
            namespace = resource.namespace
            previous = resource.previousIds
            originalNamespace = previous.first?.namespace ?? id.namespace
            prefixes = resource.prefixes
            suffixes = resource.suffixes
            file = resource.source.file
        }

        /// Whether both went through the same prefixes and suffixes: then they come from the same overlay.
        func hasAffixes(like other: Entry, emptyMatches: Bool) -> Bool {
            func match(_ own: [String], _ others: [String]) -> Bool {
                if emptyMatches, own.isEmpty || others.isEmpty { return true }
                let (short, long) = own.count <= others.count ? (own, others) : (others, own)
                if short.isEmpty { return long.isEmpty }
                return Array(long.suffix(short.count)) == short
            }
            return match(prefixes, other.prefixes) && match(suffixes, other.suffixes)
        }
    }

    let entries: [Entry]
    /// Positions by names that objects had before.
    private var former: [String: [Int]] = [:]
    /// In which namespaces the objects of an original namespace now are.
    private var moves: [String: Set<String>] = [:]

    init(_ resources: ResourceSet) {
        entries = resources.resources.map(Entry.init)
        former.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() {
            for (index, id) in entry.previous.enumerated() where !entry.previous[..<index].contains(where: { $0.name == id.name }) {
                former[id.name, default: []].append(position)
            }
            if entry.originalNamespace != ResourceId.noNamespace {
                moves[entry.originalNamespace, default: []].insert(entry.id.namespace)
            }
        }
    }

    var isEmpty: Bool { former.isEmpty }

    func positions(formerlyNamed name: String) -> [Int] { former[name] ?? [] }

    func namespaces(formerly namespace: String) -> Set<String> { moves[namespace] ?? [] }
}
