internal import Manifests

/// The moments between a CustomResourceDefinition's apply and the first object of its kind: the definition becomes Established, then
/// discovery shows the kind, then its paths answer.
struct DefinitionWait: Sendable {
    let client: KubernetesClient

    func untilServed(_ definition: DesiredObject) async throws(KubernetesError) {
        try await poll(definition.id, deadline: EnvironmentLimits.establishDeadline) { () async throws(KubernetesError) in
            try await isEstablished(definition.id)
        }
        guard let group = definition.object["spec"]?["group"]?.string, let kind = definition.object["spec"]?["names"]?["kind"]?.string
        else { return }
        try await poll(definition.id, deadline: EnvironmentLimits.establishDeadline) { () async throws(KubernetesError) in
            await client.forgetKinds()
            return try await client.catalog().resource(GroupKind(group: group, kind: kind)) != nil
        }
    }

    /// Tries again while the kind or its path is not there yet.
    func firstObject(
        _ id: ObjectIdentity, _ apply: () async throws(KubernetesError) -> Value
    ) async throws(KubernetesError) -> Value {
        var result: Value?
        try await poll(id, deadline: EnvironmentLimits.firstObjectDeadline) { () async throws(KubernetesError) in
            do throws(KubernetesError) {
                result = try await apply()
                return true
            } catch {
                switch error.code {
                case .notFound, .unknownKind: return false
                default: throw error
                }
            }
        }
        guard let result else { throw KubernetesError(.refused, "\(id) was not applied", object: id, isTransient: true) }
        return result
    }

    private func isEstablished(_ id: ObjectIdentity) async throws(KubernetesError) -> Bool {
        let conditions = try await client.get(id)?["status"]?["conditions"]?.array ?? []
        if let refused = conditions.first(where: { $0["type"]?.string == "NamesAccepted" && $0["status"]?.string == "False" }) {
            throw KubernetesError(
                .invalid([]), "\(id): its names are not accepted: \(refused["message"]?.string ?? "no reason given")", object: id)
        }
        return conditions.contains { $0["type"]?.string == "Established" && $0["status"]?.string == "True" }
    }

    private func poll(
        _ id: ObjectIdentity, deadline: Duration, _ isDone: () async throws(KubernetesError) -> Bool
    ) async throws(KubernetesError) {
        let environment = client.sender.environment
        let start = environment.now()
        while try await !isDone() {
            guard environment.now() - start < deadline else {
                throw KubernetesError(.refused, "\(id) is not served after \(deadline)", object: id, isTransient: true)
            }
            do {
                try await environment.sleep(EnvironmentLimits.pollInterval)
            } catch {
                throw .cancelled(CallSubject("wait for", id))
            }
        }
    }
}
