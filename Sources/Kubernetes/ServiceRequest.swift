/// What the tests of a Release are going to ask of the cluster.
package struct TestNeeds: Sendable, Hashable {
    package var requests: [ServiceRequest]
    package var runsJobs: Bool

    package init(requests: [ServiceRequest] = [], runsJobs: Bool = false) {
        self.requests = requests
        self.runsJobs = runsJobs
    }
}

/// A request that is going to be sent to a Service through the API server, as its authorizers see it.
package struct ServiceRequest: Sendable, Hashable {
    /// `nil` is the Environment's.
    package var namespace: String?
    package var service: String
    /// Name or number.
    package var port: String
    /// The HTTP method.
    package var method: String

    package init(namespace: String? = nil, service: String, port: String, method: String) {
        self.namespace = namespace
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
