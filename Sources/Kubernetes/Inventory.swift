package import Manifests

/// What one Environment owns in its cluster.
///
/// It is kept in the ConfigMap `slipway-inventory-<environment>` in the Environment's namespace. `data.objects` has one line an object,
/// sorted: `apps/v1 Deployment nova-prod/web 0c9b...`, with `-` for no namespace and for a UID that is not known (yet).
package struct Inventory: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var id: ObjectIdentity
        package var apiVersion: String
        /// Of the object that we applied; `nil` from the moment before an apply until after it.
        package var uid: String?

        package init(id: ObjectIdentity, apiVersion: String, uid: String?) {
            self.id = id
            self.apiVersion = apiVersion
            self.uid = uid
        }
    }

    package private(set) var entries: [ObjectIdentity: Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = [:]
        for entry in entries { self.entries[entry.id] = entry }
    }

    package static func name(_ environment: String) -> String { "slipway-inventory-\(environment)" }

    package var sorted: [Entry] { entries.values.sorted { $0.id < $1.id } }

    mutating func set(_ entry: Entry) { entries[entry.id] = entry }
    mutating func remove(_ id: ObjectIdentity) { entries[id] = nil }

    /// The lines of `data.objects`.
    var text: String {
        sorted.map { entry in
            let namespace = entry.id.namespace.isEmpty ? "-" : entry.id.namespace
            return "\(entry.apiVersion) \(entry.id.kind) \(namespace)/\(entry.id.name) \(entry.uid ?? "-")\n"
        }.joined()
    }

    /// - Throws: for a line that is not of that shape. Reading past it could lose an object for ever.
    init(text: String, source: String) throws(KubernetesError) {
        self.init()
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
            guard fields.count == 4, let slash = fields[2].firstIndex(of: "/") else {
                throw KubernetesError(
                    .unexpectedAnswer,
                    "\(source): line \(number + 1) is no inventory line; repair it or restore the ConfigMap, nothing is pruned until then")
            }
            let namespace = String(fields[2][..<slash])
            let group = fields[0].contains("/") ? String(fields[0].prefix { $0 != "/" }) : ""
            let id = ObjectIdentity(
                group: group, kind: fields[1], namespace: namespace == "-" ? "" : namespace,
                name: String(fields[2][fields[2].index(after: slash)...]))
            set(Entry(id: id, apiVersion: fields[0], uid: fields[3] == "-" ? nil : fields[3]))
        }
    }
}
