internal import HTTPTransport
internal import Manifests

/// What is asked of the cluster, in words for an error, and whether the answer may repeat secret values.
struct CallSubject: Sendable {
    /// `apply`, `read`, `list`...
    var verb: String
    /// `Deployment.apps nova-prod/web`, or `Deployments.apps in nova-prod`.
    var what: String
    var object: ObjectIdentity?
    /// API servers repeat parts of a refused object: of these, only codes and field names are passed on.
    var isSecret: Bool

    init(_ verb: String, _ id: ObjectIdentity) {
        self.verb = verb
        what = id.description
        object = id
        isSecret = id.group.isEmpty && id.kind == "Secret"
    }

    init(_ verb: String, _ what: String) {
        self.verb = verb
        self.what = what
        object = nil
        isSecret = false
    }
}

/// Turns an answer of status 400 and above into an error (API conventions, "Response Status Kind").
enum StatusReader {
    static func error(_ response: HTTPResponse, _ subject: CallSubject) -> KubernetesError {
        let status = (try? JSON.parse(response.body)).flatMap { $0.kind == "Status" ? $0 : nil }
        return error(status: status, code: response.status, retryAfter: retryAfter(response, status), bodyText: response.text, subject)
    }

    /// The Status of a watch's ERROR event has no HTTP response around it.
    static func error(watched status: Value, _ subject: CallSubject) -> KubernetesError {
        let code = Int(clamping: status["code"]?.integer ?? 500)
        return error(status: status, code: code, retryAfter: status["details"]?["retryAfterSeconds"]?.integer, bodyText: "", subject)
    }

    static func retryAfter(_ response: HTTPResponse, _ status: Value?) -> Int64? {
        if let header = response.headers.values(of: "Retry-After").first, let seconds = Int64(header), seconds >= 0 { return seconds }
        return status?["details"]?["retryAfterSeconds"]?.integer
    }

    private static func error(
        status: Value?, code: Int, retryAfter: Int64?, bodyText: String, _ subject: CallSubject
    ) -> KubernetesError {
        let reason = status?["reason"]?.string ?? ""
        let causes = (status?["details"]?["causes"]?.array ?? []).prefix(100)
        let kind = classify(code: code, reason: reason, causes: Array(causes), retryAfter: retryAfter, isSecret: subject.isSecret)
        let said = words(status: status, code: code, reason: reason, causes: Array(causes), bodyText: bodyText, isSecret: subject.isSecret)
        // Nothing can be made in a namespace that goes; it is gone some day, and may be made again.
        let isGoing = causes.contains { $0["reason"]?.string == "NamespaceTerminating" }
        let isDenied = denial(status?["message"]?.string ?? "") != nil
        return KubernetesError(
            isGoing || isDenied ? .refused : kind, "cannot \(subject.verb) \(subject.what): \(said)", object: subject.object,
            isTransient: isGoing ? true : nil)
    }

    /// How an API server begins when an admission webhook says no. The status is whatever the webhook chose, so the code tells nothing;
    /// a webhook that cannot be asked reads otherwise, and has 500.
    private static func denial(_ message: String) -> Substring? {
        guard message.hasPrefix("admission webhook \""), let words = message.firstRange(of: "\" denied the request") else { return nil }
        return message[..<words.upperBound]
    }

    private static func classify(code: Int, reason: String, causes: [Value], retryAfter: Int64?, isSecret: Bool) -> KubernetesError.Code {
        switch code {
        case 400: return .badRequest
        case 401: return .unauthorized
        case 403: return .forbidden
        case 404: return .notFound
        case 408: return .timedOut
        case 409: return reason == "AlreadyExists" ? .alreadyExists : .conflict(causes.compactMap(conflict))
        case 410: return .gone
        case 413: return .tooLarge
        case 422: return .invalid(causes.map { fieldCause($0, isSecret: isSecret) })
        case 429: return .tooManyRequests(retryAfterSeconds: retryAfter)
        case 504: return .timedOut
        case 500...: return .serverError(status: code)
        default: return .unexpectedAnswer
        }
    }

    /// Server-side apply names the manager only inside of the sentence: `conflict with "kubectl" using apps/v1 at 2026-...`.
    private static func conflict(_ cause: Value) -> ApplyConflict? {
        guard cause["reason"]?.string == "FieldManagerConflict" else { return nil }
        let message = cause["message"]?.string ?? ""
        let parts = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return ApplyConflict(field: cause["field"]?.string ?? "", manager: parts.count > 1 ? String(parts[1]) : "unknown", message: message)
    }

    private static func fieldCause(_ cause: Value, isSecret: Bool) -> FieldCause {
        FieldCause(
            field: cause["field"]?.string ?? "", reason: cause["reason"]?.string ?? "",
            message: isSecret ? "" : cause["message"]?.string ?? "")
    }

    private static func words(
        status: Value?, code: Int, reason: String, causes: [Value], bodyText: String, isSecret: Bool
    ) -> String {
        let named = reason.isEmpty ? "HTTP status \(code)" : "\(reason) (HTTP status \(code))"
        if isSecret, let denial = denial(status?["message"]?.string ?? "") {
            return "\(denial); its words are withheld, since they may repeat a secret value"
        }
        // These are made of the object's name and our identity alone, and "forbidden" is of no use without its text.
        let isHarmless = code == 404 || code == 401 || code == 403
        guard !isSecret || isHarmless else {
            let fields = causes.compactMap { $0["field"]?.string }.filter { !$0.isEmpty }
            let place = fields.isEmpty ? "" : " at \(fields.joined(separator: ", "))"
            return "\(named)\(place); the API server's words are withheld, since they may repeat a secret value"
        }
        if let message = status?["message"]?.string, !message.isEmpty { return limited(message) }
        let text = bodyText.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return text.isEmpty ? named : "\(named): \(limited(text))"
    }

    private static func limited(_ text: String) -> String { text.count > 2000 ? text.prefix(2000) + "..." : text }
}
