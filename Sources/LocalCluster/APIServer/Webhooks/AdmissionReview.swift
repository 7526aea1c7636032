internal import Manifests

/// One question to one webhook (`admission.k8s.io/v1`), and its answer.
struct AdmissionReview: Sendable {
    struct Subject: Sendable {
        let request: APIRequest
        let path: ResourcePath
        /// As the request names it.
        let resource: ServedResource
        let operation: String
        let new: Value?
        let old: Value?
        let isDryRun: Bool
    }

    struct Answer: Sendable {
        var warnings: [String] = []
        /// A JSON patch; nil for none.
        var patch: Value?
    }

    let subject: Subject
    /// The version in which the webhook wants the object.
    let resource: ServedResource
    let uid: String

    var body: [UInt8] {
        let type = resource.type
        let asked = subject.resource.type
        var request: Object = [
            "uid": .string(uid), "kind": Self.kind(type), "resource": Self.resource(type), "requestKind": Self.kind(asked),
            "requestResource": Self.resource(asked), "operation": .string(subject.operation), "userInfo": subject.request.user.value,
            "object": subject.new.map(resource.served) ?? .null, "oldObject": subject.old.map(resource.served) ?? .null,
            "dryRun": .bool(subject.isDryRun), "options": options,
        ]
        if let sub = subject.path.subresource {
            request["subResource"] = .string(sub)
            request["requestSubResource"] = .string(sub)
        }
        if let name = subject.new?.name ?? subject.old?.name { request["name"] = .string(name) }
        if let namespace = subject.path.namespace { request["namespace"] = .string(namespace) }
        return JSON.bytes(["kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": .object(request)])
    }

    private var options: Value {
        let kinds = ["CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"]
        let isPatch = subject.request.method == .patch
        var options: Object = [
            "kind": .string(isPatch ? "PatchOptions" : kinds[subject.operation] ?? "CreateOptions"), "apiVersion": "meta.k8s.io/v1",
        ]
        if subject.isDryRun { options["dryRun"] = ["All"] }
        for name in ["fieldManager", "fieldValidation"] {
            if let value = subject.request.query[name] { options[name] = .string(value) }
        }
        return .object(options)
    }

    private static func kind(_ type: ResourceType) -> Value {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    private static func resource(_ type: ResourceType) -> Value {
        ["group": .string(type.group), "version": .string(type.version), "resource": .string(type.plural)]
    }

    // MARK: Answers

    /// What keeps an answer from being one.
    struct Malformed: Error {
        let message: String
    }

    /// Reads the answer of a webhook of this name.
    ///
    /// - Throws: `APIError` for a refusal, `Malformed` for what is no answer to this question.
    func answer(_ bytes: [UInt8], webhook: String) throws -> Answer {
        let review: Value
        do {
            review = try JSON.parse(bytes)
        } catch {
            throw Malformed(message: "the answer is not JSON: \(error.message)")
        }
        guard review.kind == "AdmissionReview", review.apiVersion == "admission.k8s.io/v1" else {
            throw Malformed(
                message: "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got \(review.apiVersion ?? ""), "
                    + "Kind=\(review.kind ?? "")")
        }
        guard let response = review["response"], response.object != nil else { throw Malformed(message: "webhook response is missing") }
        guard response["uid"]?.string == uid else {
            throw Malformed(
                message: "expected response.uid=\(uid.debugDescription), got \((response["uid"]?.string ?? "").debugDescription)")
        }
        guard response["allowed"]?.bool == true else { throw Self.refusal(response["status"] ?? [:], webhook) }
        var answer = Answer(warnings: response["warnings"]?.array?.compactMap(\.string) ?? [])
        guard let encoded = response["patch"]?.string, !encoded.isEmpty else { return answer }
        guard response["patchType"] == "JSONPatch", let text = Base64.decode(encoded) else {
            throw Malformed(message: "response.patch has to be a JSONPatch in base64")
        }
        do {
            answer.patch = try JSON.parse(text)
        } catch {
            throw Malformed(message: "response.patch is not JSON: \(error.message)")
        }
        return answer
    }

    private static func refusal(_ status: Value, _ webhook: String) -> APIError {
        let reason = status["reason"]?.string ?? ""
        let message = status["message"]?.string ?? ""
        var text = "admission webhook \(webhook.debugDescription) denied the request"
        if !message.isEmpty {
            text += ": \(message)"
        } else if !reason.isEmpty {
            text += ": \(reason)"
        } else {
            text += " without explanation"
        }
        var error = APIError(APIError.Reason(rawValue: reason) ?? .unstated, text)
        // A no without a code of its own is answered with 400.
        let code = status["code"]?.integer ?? 0
        error.code = (400...599).contains(code) ? Int(code) : 400
        return error
    }
}
