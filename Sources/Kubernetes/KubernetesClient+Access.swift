internal import HTTPTransport
package import Manifests

/// Whether we may do something, as the API server's authorizers say.
package struct AccessReview: Sendable, Hashable {
    package var isAllowed: Bool
    /// The authorizer's words, often empty.
    package var reason: String

    package init(isAllowed: Bool, reason: String) {
        self.isAllowed = isAllowed
        self.reason = reason
    }
}

extension KubernetesClient {
    /// Asks whether our own credentials allow `verb` (get, list, watch, create, update, patch, delete) on a kind.
    ///
    /// - Parameter namespace: `nil` for all namespaces, or for a cluster-scoped kind.
    package func selfSubjectAccessReview(
        verb: String, kind: GroupKind, namespace: String? = nil, name: String? = nil, subresource: String? = nil
    ) async throws(KubernetesError) -> AccessReview {
        let resource = try await discovery.resource(kind)
        var attributes: Value = ["verb": .string(verb), "group": .string(kind.group), "resource": .string(resource.plural)]
        if let namespace, resource.isNamespaced { attributes["namespace"] = .string(namespace) }
        if let name { attributes["name"] = .string(name) }
        if let subresource { attributes["subresource"] = .string(subresource) }
        let subject = CallSubject("ask whether we may \(verb)", resource.plural + (namespace.map { " in namespace \($0)" } ?? ""))
        var call = APICall(method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", subject: subject)
        call.contentType = "application/json"
        call.body = JSON.bytes([
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": .object(["resourceAttributes": attributes]),
        ])
        let answer = try await Answer.value(sender.send(call), subject)
        guard let isAllowed = answer["status"]?["allowed"]?.bool else { throw .unexpected(subject, "has no status.allowed") }
        return AccessReview(isAllowed: isAllowed, reason: answer["status"]?["reason"]?.string ?? "")
    }
}
