/// What the API server does wrong on purpose, so that a client can be tested against it.
package enum Fault: Sendable, Hashable {
    /// Answers later by this much.
    case delay(Duration)
    /// Closes the connection without an answer: before the request has had its effect, or after.
    case dropBefore
    case dropAfter
    /// Takes the request and never answers: what a half-open connection looks like.
    case hang
    /// Answers with this status in place of the right answer: 401, 429, 500, 503 and so on; nothing is done.
    case status(Int, retryAfterSeconds: Int?)
    /// Watches and continued lists are told that their revision is too old (410).
    case expired
    /// Each event of a watch comes later by this much.
    case slowWatch(Duration)
    /// Watches end after this long.
    case closeWatch(Duration)
}

/// Which requests a fault is for. What is nil matches everything.
package struct FaultMatch: Sendable, Hashable {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    package var verb: String?
    /// Plural: `deployments`; with a subresource `pods/log`.
    package var resource: String?
    package var namespace: String?
    package var name: String?
    /// As authenticated: `kubernetes-admin`.
    package var user: String?

    package init(
        verb: String? = nil, resource: String? = nil, namespace: String? = nil, name: String? = nil, user: String? = nil
    ) {
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.user = user
    }

    package func matches(_ request: FaultMatch) -> Bool {
        func fits(_ wanted: String?, _ found: String?) -> Bool { wanted == nil || wanted == found }
        let plain = request.resource?.split(separator: "/").first.map(String.init)
        return fits(verb, request.verb) && (fits(resource, request.resource) || fits(resource, plain)) && fits(namespace, request.namespace)
            && fits(name, request.name) && fits(user, request.user)
    }
}

/// One fault, whom it meets and how often.
package struct FaultRule: Sendable, Hashable {
    package var fault: Fault
    package var match: FaultMatch
    /// Of the requests that match, 0 to 1.
    package var fraction: Double
    /// Which of them: the same seed meets the same ones.
    package var seed: UInt64
    /// After so many times it is used up; nil: never.
    package var count: Int?
    /// It begins so long after it was set, and ends so long after that; nil: at once, never.
    package var after: Duration?
    package var lasts: Duration?

    package init(
        _ fault: Fault, _ match: FaultMatch = FaultMatch(), fraction: Double = 1, seed: UInt64 = 1, count: Int? = nil,
        after: Duration? = nil, lasts: Duration? = nil
    ) {
        self.fault = fault
        self.match = match
        self.fraction = fraction
        self.seed = seed
        self.count = count
        self.after = after
        self.lasts = lasts
    }
}
