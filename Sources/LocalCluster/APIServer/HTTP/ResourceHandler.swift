internal import Manifests

/// One request for one resource, by the verbs of the Kubernetes API.
struct ResourceHandler: Sendable {
    let store: ObjectStore
    let request: APIRequest
    let path: ResourcePath
    let resource: ServedResource
    /// Whom a write is shown; nil: nobody wants to see it.
    var observer: WriteObserver?

    var type: ResourceType { resource.storage }
    var namespace: String { path.namespace ?? "" }

    func answer() async throws(APIError) -> APIResponse {
        switch (request.method, path.name) {
        case (.get, .none), (.head, .none):
            return request.flag("watch") ? try watch(name: nil) : try list()
        case (.get, .some(let name)), (.head, .some(let name)):
            return request.flag("watch") ? try watch(name: name) : try get(name)
        case (.post, .none):
            return try create()
        case (.put, .some(let name)):
            return try replace(name)
        case (.patch, .some(let name)):
            return try patch(name, target: .object)
        case (.delete, .some(let name)):
            return try delete(name)
        case (.delete, .none):
            return try deleteCollection()
        default:
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
    }

    func existing(_ name: String) throws(APIError) -> Value {
        guard let object = store.get(type, namespace: namespace, name: name) else { throw APIError.notFound(resource.type, name) }
        return object
    }

    private func get(_ name: String) throws(APIError) -> APIResponse {
        try present(existing(name))
    }

    /// One object, in the representation that the client asked for.
    func present(_ object: Value, status: Int = 200) throws(APIError) -> APIResponse {
        try Representation(request, resource).object(object, status: status, now: store.environment.now())
    }

    // MARK: Lists

    func selection() throws(APIError) -> Selection {
        Selection(
            labels: try request.query["labelSelector"].map { (text) throws(APIError) in try LabelQuery(text) } ?? .everything,
            fields: try request.query["fieldSelector"].map { (text) throws(APIError) in try FieldQuery(text, type) } ?? .everything)
    }

    private func list() throws(APIError) -> APIResponse {
        let selection = try selection()
        let (all, resourceVersion) = store.list(type, namespace: path.namespace)
        if request.query["resourceVersionMatch"] == "Exact", let wanted = request.query["resourceVersion"], wanted != resourceVersion {
            throw APIError(.expired, "The resourceVersion for the provided list is too old.")
        }
        var items = selection.isEverything ? all : all.filter(selection.matches)
        var version = resourceVersion
        if let text = request.query["continue"], !text.isEmpty {
            let token = try ContinueToken(text)
            guard store.remembers(type, revision: token.revision) else {
                throw APIError(
                    .expired,
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
                        + "the continue parameter.")
            }
            items = Array(items.drop { !token.isBefore($0) })
            version = String(token.revision)
        }
        let limit = min(request.query["limit"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? .max, APIServerLimits.listItems)
        var metadata: Object = ["resourceVersion": .string(version)]
        if items.count > limit {
            let rest = items.count - limit
            items = Array(items.prefix(limit))
            if let last = items.last, let revision = UInt64(version) {
                metadata["continue"] = .string(ContinueToken(revision: revision, last: last).text)
                if selection.isEverything { metadata["remainingItemCount"] = .integer(Int64(rest)) }
            }
        }
        return try Representation(request, resource).list(items, .object(metadata), now: store.environment.now())
    }

    // MARK: Deletion

    func deleteOptions() throws(APIError) -> DeleteOptions {
        var options = DeleteOptions()
        let body: Value = request.body.isEmpty ? [:] : try parseBody()
        options.dryRun = try request.isDryRun || body["dryRun"]?.array?.contains("All") == true
        options.uid = body["preconditions"]?["uid"]?.string
        options.resourceVersion = body["preconditions"]?["resourceVersion"]?.string
        options.gracePeriodSeconds = body["gracePeriodSeconds"]?.integer ?? request.query["gracePeriodSeconds"].flatMap { Int64($0) }
        if body["orphanDependents"]?.bool == true || request.query["orphanDependents"] == "true" { options.propagation = .orphan }
        if let text = body["propagationPolicy"]?.string ?? request.query["propagationPolicy"], !text.isEmpty {
            guard let policy = DeleteOptions.Propagation(rawValue: text) else {
                throw APIError(
                    .invalid,
                    "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"\(text)\": supported values: "
                        + "\"Foreground\", \"Background\", \"Orphan\"")
            }
            options.propagation = policy
        }
        return options
    }

    private static let lastingNamespaces: Set = ["default", "kube-system", "kube-public"]

    private func delete(_ name: String) throws(APIError) -> APIResponse {
        if type == .namespaces, Self.lastingNamespaces.contains(name) {
            throw APIError.forbidden(.namespaces, name, "this namespace may not be deleted")
        }
        let last = try store.delete(type, namespace: namespace, name: name, options: deleteOptions())
        // What is on its way out is answered as an object, what is gone as a Status with its identity.
        if last["metadata"]?["deletionTimestamp"] != nil || type == .pods { return try present(last) }
        return .json([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
            "details": [
                "name": .string(name), "group": .string(type.group), "kind": .string(resource.type.plural), "uid": .string(last.uid ?? ""),
            ],
        ])
    }

    private func deleteCollection() throws(APIError) -> APIResponse {
        let selection = try selection()
        let options = try deleteOptions()
        let items = store.list(type, namespace: path.namespace).items.filter(selection.matches)
        for item in items {
            do {
                try store.delete(type, namespace: item.namespace ?? "", name: item.name ?? "", options: options)
            } catch  where error.reason == .notFound {
                continue
            }
        }
        return try Representation(request, resource).list(
            items, ["resourceVersion": .string(store.resourceVersion)], now: store.environment.now())
    }
}

/// What a list or watch is restricted to.
struct Selection: Sendable {
    var labels: LabelQuery
    var fields: FieldQuery

    var isEverything: Bool { labels.requirements.isEmpty && fields.requirements.isEmpty }
    func matches(_ object: Value) -> Bool { labels.matches(object) && fields.matches(object) }
}

/// Where a list that was given in parts goes on.
struct ContinueToken {
    let revision: UInt64
    private let namespace: String
    private let name: String

    init(revision: UInt64, last: Value) {
        self.revision = revision
        namespace = last.namespace ?? ""
        name = last.name ?? ""
    }

    init(_ text: String) throws(APIError) {
        let parts = (Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? "").split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let revision = UInt64(parts[0]) else {
            throw APIError(.badRequest, "continue key is not valid: it was not made by this server")
        }
        self.revision = revision
        namespace = String(parts[1])
        name = String(parts[2])
    }

    var text: String { Base64.encode(Array("\(revision)/\(namespace)/\(name)".utf8)) }

    func isBefore(_ object: Value) -> Bool { (namespace, name) < (object.namespace ?? "", object.name ?? "") }
}
