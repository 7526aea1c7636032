/// A request that is going to be sent to a Service through the API server, as its authorizers see it.
package struct ServiceRequest: Sendable, Hashable {
    /// In the Environment's namespace.
    package var service: String
    /// Name or number.
    package var port: String
    /// The HTTP method.
    package var method: String

    package init(service: String, port: String, method: String) {
        self.service = service
        self.port = port
        self.method = method
    }

    /// What `resourceNames` would have to name: the port counts as part of it (the path is `services/web:http/proxy`).
    var name: String { "\(service):\(port)" }

    /// As the API server maps methods (apiserver, `RequestInfoFactory`); `nil` for one that it knows no verb for.
    var verb: String? {
        switch method {
        case "GET", "HEAD": "get"
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": "delete"
        default: nil
        }
    }
}
