package import Manifests

/// Why a call to a cluster did not do what was asked. The text names the object and what failed, and never holds a Secret's value.
package struct KubernetesError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        case notFound
        case alreadyExists
        /// Somebody else changed it: fields that other managers own (server-side apply), or, with no details, another version
        /// than the call named.
        case conflict([ApplyConflict])
        case forbidden
        case unauthorized
        /// The object is refused as it is.
        case invalid([FieldCause])
        case badRequest
        case tooManyRequests(retryAfterSeconds: Int64?)
        case serverError(status: Int)
        case unreachable
        case timedOut
        case cancelled
        /// The cluster has no such kind.
        case unknownKind(nearest: String?)
        /// A list's continuation or a watch's start is too old: list again.
        case gone
        /// The answer, or what would be stored, is larger than a limit.
        case tooLarge
        /// A kubeconfig or credential that cannot be used.
        case configuration
        /// A rule of ours forbids it (a namespace, a prune cap, an object of another Environment), or an admission webhook's.
        case refused
        /// Another controller leads in this cluster, or may: nothing is written.
        case notLeading
        /// The answer was not what the API documents.
        case unexpectedAnswer
    }

    package var code: Code
    package var message: String
    package var object: ObjectIdentity?
    /// True when the same call may succeed a little later without anybody changing anything.
    package var isTransient: Bool

    package init(_ code: Code, _ message: String, object: ObjectIdentity? = nil, isTransient: Bool? = nil) {
        self.code = code
        self.message = message
        self.object = object
        self.isTransient = isTransient ?? code.isUsuallyTransient
    }
}

extension KubernetesError.Code {
    var isUsuallyTransient: Bool {
        switch self {
        case .tooManyRequests, .serverError, .unreachable, .timedOut, .notLeading: true
        case .notFound, .alreadyExists, .conflict, .forbidden, .unauthorized, .invalid, .badRequest, .cancelled, .unknownKind, .gone,
            .tooLarge, .configuration, .refused, .unexpectedAnswer:
            false
        }
    }
}

extension KubernetesError: CustomStringConvertible {
    package var description: String { message }
}

/// A field of ours that another manager owns with another value.
package struct ApplyConflict: Sendable, Hashable {
    /// In the API's notation: `.spec.replicas`.
    package var field: String
    /// Such as `kubectl-client-side-apply`.
    package var manager: String
    package var message: String

    package init(field: String, manager: String, message: String) {
        self.field = field
        self.manager = manager
        self.message = message
    }
}

/// One reason for which an object is refused.
package struct FieldCause: Sendable, Hashable {
    /// Empty when it concerns the whole object.
    package var field: String
    package var reason: String
    package var message: String

    package init(field: String, reason: String, message: String) {
        self.field = field
        self.reason = reason
        self.message = message
    }
}

extension KubernetesError {
    var isUnknownKind: Bool { if case .unknownKind = code { true } else { false } }

    /// A server without streaming lists forbids the parameter that asks for one.
    var isRefusedStreamingList: Bool {
        switch code {
        case .badRequest: true
        case .invalid: message.contains("sendInitialEvents")
        default: false
        }
    }
}
