package import Manifests

/// What the API answers instead of an object. It is the one error of the API server and its store, and becomes a `Status` on the wire.
package struct APIError: Error, Sendable, Hashable {
    /// The reasons that Kubernetes documents for `Status.reason`.
    package enum Reason: String, Sendable {
        case badRequest = "BadRequest"
        case unauthorized = "Unauthorized"
        case forbidden = "Forbidden"
        case notFound = "NotFound"
        case alreadyExists = "AlreadyExists"
        case conflict = "Conflict"
        case gone = "Gone"
        case expired = "Expired"
        case invalid = "Invalid"
        case serverTimeout = "ServerTimeout"
        case timeout = "Timeout"
        case tooManyRequests = "TooManyRequests"
        case methodNotAllowed = "MethodNotAllowed"
        case notAcceptable = "NotAcceptable"
        case requestEntityTooLarge = "RequestEntityTooLarge"
        case unsupportedMediaType = "UnsupportedMediaType"
        case internalError = "InternalError"
        case serviceUnavailable = "ServiceUnavailable"
        /// A webhook refused and gave none.
        case unstated = ""

        package var httpStatus: Int {
            switch self {
            case .badRequest: 400
            case .unauthorized: 401
            case .forbidden, .unstated: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .notAcceptable: 406
            case .alreadyExists, .conflict: 409
            case .gone, .expired: 410
            case .requestEntityTooLarge: 413
            case .unsupportedMediaType: 415
            case .invalid: 422
            case .tooManyRequests: 429
            case .internalError, .serverTimeout: 500
            case .serviceUnavailable: 503
            case .timeout: 504
            }
        }
    }

    /// One field that is to blame.
    package struct Cause: Sendable, Hashable {
        package var reason: String
        package var message: String
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package var reason: Reason
    package var message: String
    package var group = ""
    package var kind = ""
    package var name = ""
    package var uid = ""
    package var causes: [Cause] = []
    package var retryAfterSeconds: Int?

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// Of the answer, when it is not the one that goes with the reason.
    package var code: Int?

    package var httpStatus: Int { code ?? reason.httpStatus }
}

extension APIError: CustomStringConvertible {
    package var description: String { "\(message) (\(reason.rawValue))" }
}

extension APIError {
    /// The `Status` object of this error.
    package var status: Value {
        var details = Object()
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        if !kind.isEmpty { details["kind"] = .string(kind) }
        if !uid.isEmpty { details["uid"] = .string(uid) }
        if !causes.isEmpty { details["causes"] = .array(causes.map(\.value)) }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .integer(Int64(retryAfterSeconds)) }
        var status: Object = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
        ]
        if reason != .unstated { status["reason"] = .string(reason.rawValue) }
        if !details.isEmpty { status["details"] = .object(details) }
        status["code"] = .integer(Int64(httpStatus))
        return .object(status)
    }

    /// Names the object that the error is about, as `details` of the `Status`.
    package func about(_ type: ResourceType, name: String, asKind: Bool = false) -> APIError {
        var error = self
        error.group = type.group
        error.kind = asKind ? type.kind : type.plural
        error.name = name
        return error
    }
}

extension APIError.Cause {
    package var value: Value {
        var value = Object()
        if !reason.isEmpty { value["reason"] = .string(reason) }
        if !message.isEmpty { value["message"] = .string(message) }
        if !field.isEmpty { value["field"] = .string(field) }
        return .object(value)
    }
}

extension APIError {
    package static func notFound(_ type: ResourceType, _ name: String) -> APIError {
        APIError(.notFound, "\(type.qualifiedPlural) \"\(name)\" not found").about(type, name: name)
    }

    package static func alreadyExists(_ type: ResourceType, _ name: String) -> APIError {
        APIError(.alreadyExists, "\(type.qualifiedPlural) \"\(name)\" already exists").about(type, name: name)
    }

    /// Somebody else wrote the object since the caller read it.
    package static func stale(_ type: ResourceType, _ name: String) -> APIError {
        APIError(
            .conflict,
            "Operation cannot be fulfilled on \(type.qualifiedPlural) \"\(name)\": the object has been modified; "
                + "please apply your changes to the latest version and try again"
        ).about(type, name: name)
    }

    package static func preconditionFailed(_ type: ResourceType, _ name: String, _ what: String) -> APIError {
        APIError(.conflict, "Operation cannot be fulfilled on \(type.qualifiedPlural) \"\(name)\": Precondition failed: \(what)")
            .about(type, name: name)
    }

    package static func forbidden(_ type: ResourceType, _ name: String, _ why: String) -> APIError {
        APIError(.forbidden, "\(type.qualifiedPlural) \"\(name)\" is forbidden: \(why)").about(type, name: name)
    }

    /// Some fields are not as the kind wants them; the message lists them all.
    package static func invalid(_ type: ResourceType, _ name: String, _ causes: [Cause]) -> APIError {
        let lines = causes.map { "\($0.field): \($0.message)" }
        let list = lines.count == 1 ? lines[0] : "[\(lines.joined(separator: ", "))]"
        var error = APIError(.invalid, "\(type.qualifiedKind) \"\(name)\" is invalid: \(list)").about(type, name: name, asKind: true)
        error.causes = causes
        return error
    }

    package static func tooOld(_ requested: UInt64, _ oldest: UInt64) -> APIError {
        APIError(.expired, "too old resource version: \(requested) (\(oldest))")
    }
}
