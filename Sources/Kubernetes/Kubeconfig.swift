internal import HTTPTransport
internal import Manifests
internal import YAML

/// One or more kubeconfig files, merged as `kubectl` merges them: the first file that names a cluster, user or context wins, as does
/// the first `current-context`.
package struct Kubeconfig: Sendable {
    /// An entry and the file that it stands in: relative paths start from that file's folder.
    struct Entry: Sendable {
        var value: Value
        var file: String
    }

    var clusters: [String: Entry] = [:]
    var users: [String: Entry] = [:]
    var contexts: [String: Entry] = [:]
    package private(set) var currentContext: String?
    package private(set) var files: [String] = []
    private let reader: FileReader

    package var contextNames: [String] { contexts.keys.sorted() }

    /// - Parameter paths: in order of precedence. Missing files are passed over as `kubectl` does, as long as one is there.
    package init(paths: [String], reader: FileReader = .live()) throws(KubernetesError) {
        self.reader = reader
        for path in paths where !path.isEmpty {
            let bytes: [UInt8]?
            do throws(FileReaderError) {
                bytes = try reader.read(path)
            } catch {
                throw Self.problem("kubeconfig \(path): \(error.message)")
            }
            guard let bytes else { continue }
            files.append(path)
            try merge(bytes, file: path)
        }
        if files.isEmpty { throw Self.problem("no kubeconfig: none of these files exists: \(paths.joined(separator: ", "))") }
    }

    /// `path` when given, else the list in KUBECONFIG, else `~/.kube/config`.
    package static func load(
        path: String? = nil, environment: [String: String], reader: FileReader = .live()
    ) throws(KubernetesError) -> Kubeconfig {
        if let path { return try Kubeconfig(paths: [path], reader: reader) }
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            return try Kubeconfig(paths: list.split(separator: ":").map(String.init), reader: reader)
        }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw problem("no kubeconfig: neither a path nor KUBECONFIG nor HOME is set")
        }
        return try Kubeconfig(paths: ["\(home)/.kube/config"], reader: reader)
    }

    private mutating func merge(_ bytes: [UInt8], file: String) throws(KubernetesError) {
        let documents: [YAMLDocument]
        do throws(YAMLError) {
            documents = try YAML.parse(bytes, file: file)
        } catch {
            throw Self.problem("kubeconfig \(file): \(error)")
        }
        guard documents.count <= 1 else { throw Self.problem("kubeconfig \(file): it has \(documents.count) documents, one is expected") }
        guard let root = documents.first?.value, !root.isNull else { return }  // an empty file is an empty configuration
        guard root.object != nil else { throw Self.problem("kubeconfig \(file): it is \(root.typeName), a mapping is expected") }
        if let kind = root.kind, kind != "Config" { throw Self.problem("kubeconfig \(file): its kind is \(kind), Config is expected") }
        try merge(root, list: "clusters", member: "cluster", file: file, into: \.clusters)
        try merge(root, list: "users", member: "user", file: file, into: \.users)
        try merge(root, list: "contexts", member: "context", file: file, into: \.contexts)
        if currentContext == nil, let name = root["current-context"]?.string, !name.isEmpty { currentContext = name }
    }

    private mutating func merge(
        _ root: Value, list: String, member: String, file: String, into table: WritableKeyPath<Kubeconfig, [String: Entry]>
    ) throws(KubernetesError) {
        guard let value = root[list], !value.isNull else { return }
        guard let entries = value.array else { throw Self.problem("kubeconfig \(file): \(list) is \(value.typeName), a list is expected") }
        var seen: Set<String> = []
        for (index, entry) in entries.enumerated() {
            guard let name = entry["name"]?.string else { throw Self.problem("kubeconfig \(file): \(list)[\(index)] has no name") }
            guard seen.insert(name).inserted else {
                throw Self.problem("kubeconfig \(file): \(list)[\(index)]: \"\(name)\" is there twice")
            }
            let value = entry[member] ?? .object(Object())
            guard value.object != nil || value.isNull else {
                throw Self.problem(
                    "kubeconfig \(file): \(list)[\(index)].\(member) of \"\(name)\" is \(value.typeName), a mapping is expected")
            }
            if self[keyPath: table][name] == nil { self[keyPath: table][name] = Entry(value: value, file: file) }
        }
    }

    /// The access that a context describes; the current one by default.
    package func access(context wanted: String? = nil) throws(KubernetesError) -> ClusterAccess {
        let listed = files.joined(separator: ", ")
        guard let name = wanted ?? currentContext else {
            throw Self.problem("kubeconfig \(listed): no context is named and current-context is not set; it has \(names(contexts))")
        }
        guard let context = contexts[name] else {
            throw Self.problem("kubeconfig \(listed): there is no context \"\(name)\"; it has \(names(contexts))")
        }
        let place = "context \"\(name)\" of \(context.file)"
        guard let clusterName = context.value["cluster"]?.string, let cluster = clusters[clusterName] else {
            throw Self.problem(
                "\(place): its cluster \"\(context.value["cluster"]?.string ?? "")\" is not defined; there is \(names(clusters))")
        }
        let server = try Self.server(of: cluster, place: "\(place), cluster \"\(clusterName)\"")
        var access = ClusterAccess(server: server, namespace: context.value["namespace"]?.string, origin: place)
        try applyCluster(cluster, to: &access, place: "\(place), cluster \"\(clusterName)\" (\(cluster.file))")
        if let userName = context.value["user"]?.string, !userName.isEmpty {
            guard let user = users[userName] else {
                throw Self.problem("\(place): its user \"\(userName)\" is not defined; there is \(names(users))")
            }
            try applyUser(user, cluster: cluster, to: &access, place: "\(place), user \"\(userName)\" (\(user.file))")
        }
        return access
    }

    private func names(_ table: [String: Entry]) -> String {
        table.isEmpty ? "none" : table.keys.sorted().prefix(20).joined(separator: ", ")
    }

    private static func server(of cluster: Entry, place: String) throws(KubernetesError) -> String {
        guard var server = cluster.value["server"]?.string, !server.isEmpty else { throw problem("\(place): server is missing") }
        guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
            throw problem("\(place): server \"\(server)\" does not begin with https:// or http://")
        }
        while server.hasSuffix("/") { server.removeLast() }
        return server
    }

    /// The bytes of a field that is given inline (`NAME-data`, base64) or as a file. Inline wins, as in `kubectl`.
    func material(_ entry: Entry, _ field: String, place: String) throws(KubernetesError) -> [UInt8]? {
        if let data = entry.value["\(field)-data"]?.string, !data.isEmpty {
            let plain = data.filter { !$0.isWhitespace }
            guard let bytes = Base64.decode(plain) else { throw Self.problem("\(place): \(field)-data is not base64") }
            return bytes
        }
        guard let path = entry.value[field]?.string, !path.isEmpty else { return nil }
        return try file(path, relativeTo: entry.file, field: field, place: place)
    }

    /// Where that file is; `nil` when the field is given inline, or not at all.
    func materialPath(_ entry: Entry, _ field: String) -> String? {
        if let data = entry.value["\(field)-data"]?.string, !data.isEmpty { return nil }
        guard let path = entry.value[field]?.string, !path.isEmpty else { return nil }
        return Self.resolved(path, relativeTo: entry.file)
    }

    func file(_ path: String, relativeTo base: String, field: String, place: String) throws(KubernetesError) -> [UInt8] {
        let full = Self.resolved(path, relativeTo: base)
        do throws(FileReaderError) {
            if let bytes = try reader.read(full) { return bytes }
        } catch {
            throw Self.problem("\(place): \(field) \(full): \(error.message)")
        }
        throw Self.problem("\(place): \(field) \(full) does not exist")
    }

    static func resolved(_ path: String, relativeTo base: String) -> String {
        guard !path.hasPrefix("/"), let slash = base.lastIndex(of: "/") else { return path }
        return base[...slash] + path
    }

    static func problem(_ message: String) -> KubernetesError { KubernetesError(.configuration, message) }
}
