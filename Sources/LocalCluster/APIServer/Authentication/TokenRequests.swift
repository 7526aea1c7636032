internal import Manifests

/// `serviceaccounts/NAME/token` and TokenReviews.
struct TokenRequests: Sendable {
    let tokens: ServiceAccountTokens
    let store: ObjectStore

    /// Seconds of a token when the request does not say, and the least and the most that it may say.
    private static let usualSeconds: Int64 = 3600
    private static let seconds: ClosedRange<Int64> = 600...(1 << 32)

    func issue(_ body: Value, account: String, namespace: String, dryRun: Bool) throws(APIError) -> Value {
        let spec = body["spec"] ?? [:]
        let seconds = spec["expirationSeconds"]?.integer ?? Self.usualSeconds
        var errors = FieldErrors()
        if seconds < Self.seconds.lowerBound {
            errors.invalid("spec.expirationSeconds", .integer(seconds), "may not specify a duration less than 10 minutes")
        } else if seconds > Self.seconds.upperBound {
            errors.invalid("spec.expirationSeconds", .integer(seconds), "may not specify a duration larger than 2^32 seconds")
        }
        if !errors.isEmpty {
            let type = ResourceType(group: "authentication.k8s.io", version: "v1", plural: "tokenrequests", kind: "TokenRequest")
            throw APIError.invalid(type, "", errors.causes)
        }
        let audiences = spec["audiences"]?.array?.compactMap(\.string) ?? []
        let bound = try boundObject(spec["boundObjectRef"], account: account, namespace: namespace)
        let (token, expires) = try tokens.issue(
            account: account, namespace: namespace, audiences: audiences, seconds: seconds, bound: bound)
        var answer: Value = [
            "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
            "metadata": [
                "name": .string(account), "namespace": .string(namespace), "creationTimestamp": .string(store.environment.now().rfc3339),
            ],
            "spec": [
                "audiences": .array((audiences.isEmpty ? [ServiceAccountTokens.issuer] : audiences).map(Value.string)),
                "expirationSeconds": .integer(seconds),
            ],
            "status": ["expirationTimestamp": .string(expires.rfc3339), "token": .string(dryRun ? "" : token)],
        ]
        answer["spec", "boundObjectRef"] = spec["boundObjectRef"]
        return answer
    }

    private func boundObject(
        _ reference: Value?, account: String, namespace: String
    ) throws(APIError) -> ServiceAccountTokens.BoundObject? {
        guard let reference, !reference.isNull else { return nil }
        let kind = reference["kind"]?.string ?? ""
        let name = reference["name"]?.string ?? ""
        let types: [String: ResourceType] = ["Pod": .pods, "Secret": .secrets, "Node": .nodes]
        guard let type = types[kind] else {
            throw APIError(.badRequest, "cannot bind token to object of type \(reference["apiVersion"]?.string ?? "")/\(kind)")
        }
        guard let object = store.get(type, namespace: namespace, name: name) else { throw APIError.notFound(type, name) }
        if type == .pods, (object["spec"]?["serviceAccountName"]?.string ?? "default") != account {
            throw APIError(
                .badRequest, "cannot bind token for serviceaccount \"\(account)\" to pod running with different serviceaccount name.")
        }
        let uid = reference["uid"]?.string ?? ""
        guard uid.isEmpty || uid == object.uid else {
            throw APIError(
                .conflict,
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted "
                    + "and then recreated")
        }
        return ServiceAccountTokens.BoundObject(kind: kind, name: name, uid: object.uid ?? "")
    }

    /// The `status` of a TokenReview.
    func review(_ spec: Value) -> Value {
        let wanted = spec["audiences"]?.array?.compactMap(\.string) ?? []
        do throws(APIError) {
            let (user, audiences) = try tokens.identity(
                of: spec["token"]?.string ?? "", audiences: wanted.isEmpty ? [ServiceAccountTokens.issuer] : wanted)
            return ["authenticated": true, "user": user.value, "audiences": .array(audiences.map(Value.string))]
        } catch {
            return ["user": [:], "error": .string(error.message)]
        }
    }
}
