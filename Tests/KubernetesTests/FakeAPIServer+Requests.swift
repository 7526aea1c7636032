import HTTPTransport
import Kubernetes
import Manifests

extension FakeAPIServer.State {
    struct Target {
        var kind: FakeAPIServer.Kind
        var namespace: String
        var name: String?
        var path: String
    }

    mutating func handle(_ request: HTTPRequest) -> HTTPResponse {
        let path = FakeAPIServer.path(request.url)
        let query = Self.query(request.url)
        if path == "/api" || path == "/apis" || path == "/version" { return Self.ok(discovery(path)) }
        if isPlainDiscovery, let list = resourceList(path) { return Self.ok(list) }
        if path.hasSuffix("/selfsubjectaccessreviews") { return review(request) }
        guard let target = target(path) else { return Self.failure(404, "NotFound", "the server could not find the requested resource") }
        switch request.method {
        case "GET" where target.name == nil: return list(target, query)
        case "GET": return objects[path].map(Self.ok) ?? Self.missing(target)
        case "PATCH": return apply(target, request, query)
        case "POST": return create(target, request, query)
        case "PUT": return replace(target, request)
        case "DELETE": return delete(target, request)
        default: return Self.failure(405, "MethodNotAllowed", request.method)
        }
    }

    private func review(_ request: HTTPRequest) -> HTTPResponse {
        let asked = (try? JSON.parse(request.body ?? []))?["spec"]?["resourceAttributes"] ?? .null
        let resource = [asked["resource"], asked["subresource"]].compactMap { $0?.string }.joined(separator: "/")
        let right = [asked["verb"]?.string ?? "-", resource, asked["namespace"]?.string ?? "-"].joined(separator: " ")
        return Self.ok(["status": ["allowed": .bool(!denied.contains(right))]])
    }

    private func target(_ path: String) -> Target? {
        var parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 3 else { return nil }
        let group = parts[0] == "api" ? "" : parts[1]
        parts.removeFirst(parts[0] == "api" ? 2 : 3)
        var namespace = ""
        if parts.count >= 3, parts[0] == "namespaces" {
            namespace = parts[1]
            parts.removeFirst(2)
        }
        guard let plural = parts.first, let kind = kinds.first(where: { $0.group == group && $0.plural == plural }) else { return nil }
        return Target(kind: kind, namespace: namespace, name: parts.count > 1 ? parts[1] : nil, path: path)
    }

    private func list(_ target: Target, _ query: [String: String]) -> HTTPResponse {
        let selector = query["labelSelector"]?.split(separator: "=", maxSplits: 1).map(String.init)
        let items = objects.sorted { $0.key < $1.key }.filter { path, object in
            guard path.hasPrefix(target.path + "/") else { return false }
            guard let selector, selector.count == 2 else { return true }
            return object.labels?[selector[0]]?.string == selector[1]
        }
        let limit = query["limit"].flatMap { Int($0) } ?? .max
        let start = query["continue"].flatMap { Int($0) } ?? 0
        var metadata: Value = ["resourceVersion": .string(String(version))]
        if items.count > start + limit { metadata["continue"] = .string(String(start + limit)) }
        let page = items.dropFirst(start).prefix(limit).map { _, object in
            var object = object
            object["kind"] = nil
            object["apiVersion"] = nil
            return object
        }
        return Self.ok(["kind": "List", "apiVersion": "v1", "metadata": metadata, "items": .array(page)])
    }

    private mutating func create(_ target: Target, _ request: HTTPRequest, _ query: [String: String]) -> HTTPResponse {
        guard var object = try? JSON.parse(request.body ?? []), let name = object.name else {
            return Self.failure(400, "BadRequest", "no object")
        }
        if let refusal = missingNamespace(target) { return refusal }
        let path = "\(target.path)/\(name)"
        guard objects[path] == nil else { return Self.failure(409, "AlreadyExists", "\(target.kind.plural) \"\(name)\" already exists") }
        stamp(&object, over: nil, path: path)
        objects[path] = object
        return Self.ok(object)
    }

    private mutating func replace(_ target: Target, _ request: HTTPRequest) -> HTTPResponse {
        guard var object = try? JSON.parse(request.body ?? []) else { return Self.failure(400, "BadRequest", "no object") }
        guard let live = objects[target.path] else { return Self.missing(target) }
        if let wanted = object.resourceVersion, wanted != live.resourceVersion {
            return Self.failure(409, "Conflict", "the object has been modified")
        }
        stamp(&object, over: live, path: target.path)
        objects[target.path] = object
        return Self.ok(object)
    }

    private mutating func delete(_ target: Target, _ request: HTTPRequest) -> HTTPResponse {
        guard var live = objects[target.path] else { return Self.missing(target) }
        let options = (try? JSON.parse(request.body ?? [])) ?? .null
        if let uid = options["preconditions"]?["uid"]?.string, uid != live.uid {
            return Self.failure(409, "Conflict", "Precondition failed: UID in precondition: \(uid), UID in object meta: \(live.uid ?? "")")
        }
        if let version = options["preconditions"]?["resourceVersion"]?.string, version != live.resourceVersion {
            return Self.failure(409, "Conflict", "Precondition failed: ResourceVersion in precondition")
        }
        if live["metadata"]?["finalizers"]?.array?.isEmpty == false {
            live["metadata", "deletionTimestamp"] = "2026-11-22T00:00:00Z"
            objects[target.path] = live
        } else {
            objects[target.path] = nil
            owned[target.path] = nil
        }
        return Self.ok(["kind": "Status", "apiVersion": "v1", "status": "Success"])
    }

    func missingNamespace(_ target: Target) -> HTTPResponse? {
        guard !target.namespace.isEmpty, objects["/api/v1/namespaces/\(target.namespace)"] == nil else { return nil }
        return Self.failure(404, "NotFound", "namespaces \"\(target.namespace)\" not found")
    }

    mutating func stamp(_ object: inout Value, over live: Value?, path: String) {
        version += 1
        object["metadata", "resourceVersion"] = .string(String(version))
        object["metadata", "uid"] = live?["metadata"]?["uid"] ?? .string("uid-\(version)")
        let generation = live?.generation ?? 0
        let isSame = live.map { $0["spec"] == object["spec"] } ?? false
        object["metadata", "generation"] = .integer(isSame ? generation : generation + 1)
        if path.contains("customresourcedefinitions") {
            object["status"] = ["conditions": [["type": "Established", "status": "True"], ["type": "NamesAccepted", "status": "True"]]]
        }
    }

    static func ok(_ value: Value) -> HTTPResponse { HTTPResponse(status: 200, body: JSON.bytes(value)) }

    static func missing(_ target: Target) -> HTTPResponse {
        failure(404, "NotFound", "\(target.kind.plural) \"\(target.name ?? "")\" not found")
    }

    static func failure(_ code: Int, _ reason: String, _ message: String, causes: [Value] = []) -> HTTPResponse {
        let status: Value = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .integer(Int64(code)), "reason": .string(reason),
            "message": .string(message), "details": ["causes": .array(causes)],
        ]
        return HTTPResponse(status: code, body: JSON.bytes(status))
    }

    static func query(_ url: String) -> [String: String] {
        guard let mark = url.firstIndex(of: "?") else { return [:] }
        var query: [String: String] = [:]
        for part in url[url.index(after: mark)...].split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            var value = sides.count > 1 ? sides[1] : ""
            for (code, plain) in [("%3D", "="), ("%2F", "/"), ("%2C", ","), ("%21", "!"), ("%20", " ")] { value.replace(code, with: plain) }
            query[sides[0]] = value
        }
        return query
    }
}
