/// What somebody wants to do, as authorisation sees it.
struct AccessAttributes: Sendable, Hashable {
    struct Resource: Sendable, Hashable {
        var group = ""
        var version = ""
        var plural = ""
        var subresource = ""
        /// Empty: at the cluster scope, or in all namespaces.
        var namespace = ""
        /// Empty: no single object.
        var name = ""

        /// As rules spell it: `pods/log`.
        var path: String { subresource.isEmpty ? plural : "\(plural)/\(subresource)" }
    }

    enum Target: Sendable, Hashable {
        case resource(Resource)
        /// A path that names no resource, such as `/version`.
        case path(String)
    }

    var user: ClientIdentity
    var verb: String
    var target: Target
}

extension AccessAttributes {
    /// What a request asks for: its verb comes from the method, and from whether it names one object.
    init(_ request: APIRequest, _ path: ResourcePath?) {
        user = request.user
        guard let path else {
            verb = request.method.rawValue.lowercased()
            target = .path("/" + request.segments.joined(separator: "/"))
            return
        }
        var resource = Resource(
            group: path.group, version: path.version, plural: path.plural, subresource: path.subresource ?? "",
            namespace: path.namespace ?? "", name: path.name ?? "")
        // A namespace is an object in itself: a role inside of it may speak of it.
        if path.group.isEmpty, path.plural == "namespaces", let name = path.name { resource.namespace = name }
        if path.name == nil, let selected = Self.selectedName(request) { resource.name = selected }
        verb = Self.verb(request, hasName: path.name != nil)
        target = .resource(resource)
    }

    private static func verb(_ request: APIRequest, hasName: Bool) -> String {
        switch request.method {
        case .get, .head: hasName ? "get" : request.flag("watch") ? "watch" : "list"
        case .post: "create"
        case .put: "update"
        case .patch: "patch"
        case .delete: hasName ? "delete" : "deletecollection"
        case .options: "options"
        }
    }

    /// A list or watch of one object by its name counts as one of that object, so that rules with `resourceNames` allow it.
    private static func selectedName(_ request: APIRequest) -> String? {
        guard request.method == .get || request.method == .head || request.method == .delete else { return nil }
        for part in (request.query["fieldSelector"] ?? "").split(separator: ",") where part.hasPrefix("metadata.name=") {
            return String(part.dropFirst("metadata.name=".count).drop { $0 == "=" })
        }
        return nil
    }
}

extension AccessAttributes {
    /// `User "jane" cannot get resource "pods" in API group "" in the namespace "shop"`
    private var refusal: String {
        let who = "User \(user.name.debugDescription) cannot \(verb)"
        switch target {
        case .path(let path):
            return "\(who) path \(path.debugDescription)"
        case .resource(let resource):
            let place = resource.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(resource.namespace)\""
            return "\(who) resource \"\(resource.path)\" in API group \"\(resource.group)\" \(place)"
        }
    }

    /// The answer to one who may not, in the words that clients look for.
    func forbidden(_ reason: String) -> APIError {
        let why = reason.isEmpty ? refusal : "\(refusal): \(reason)"
        guard case .resource(let resource) = target else { return APIError(.forbidden, "forbidden: \(why)") }
        let qualified = resource.group.isEmpty ? resource.plural : "\(resource.plural).\(resource.group)"
        let subject = resource.name.isEmpty ? qualified : "\(qualified) \(resource.name.debugDescription)"
        var error = APIError(.forbidden, "\(subject) is forbidden: \(why)")
        error.group = resource.group
        error.kind = resource.plural
        error.name = resource.name
        return error
    }
}
