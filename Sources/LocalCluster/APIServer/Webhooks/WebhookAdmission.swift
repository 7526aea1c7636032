internal import Manifests

/// Asks the webhooks that want to hear of a request: first those that change the object, one after another, then all those that only judge
/// it, at the same time.
struct WebhookAdmission: Sendable {
    let store: ObjectStore
    let clients: WebhookClients
    let catalog: ResourceCatalog

    private static let configurations: Set<ResourceType> = [.validatingWebhookConfigurations, .mutatingWebhookConfigurations]

    /// A webhook, and the version in which it wants the object.
    private struct Call {
        let webhook: AdmissionWebhook
        let resource: ServedResource
    }

    /// Whether any webhook has a rule for such a request, whatever the object.
    func isWanted(_ resource: ServedResource, subresource: String, operation: String) -> Bool {
        !calls(resource, subresource, operation).isEmpty
    }

    private func calls(_ resource: ServedResource, _ subresource: String, _ operation: String) -> [Call] {
        // Nobody may keep others from repairing the configuration itself.
        if Self.configurations.contains(resource.storage) { return [] }
        var calls: [Call] = []
        for (type, isMutating) in [(ResourceType.mutatingWebhookConfigurations, true), (.validatingWebhookConfigurations, false)] {
            for configuration in store.list(type).items {
                for value in configuration["webhooks"]?.array ?? [] {
                    let webhook = AdmissionWebhook(value, isMutating: isMutating)
                    let versions = webhook.takesEquivalents ? [resource] + equivalents(of: resource) : [resource]
                    let match = versions.first { version in
                        webhook.rules.contains { $0.matches(version.type, subresource: subresource, operation: operation) }
                    }
                    if let match { calls.append(Call(webhook: webhook, resource: match)) }
                }
            }
        }
        return calls
    }

    private func equivalents(of resource: ServedResource) -> [ServedResource] {
        catalog.resources.filter { $0.storage == resource.storage && $0.type.apiVersion != resource.type.apiVersion }
    }

    private func wanted(_ subject: AdmissionReview.Subject, mutating: Bool) -> [Call] {
        let namespace =
            subject.resource.storage == .namespaces
            ? subject.new ?? subject.old : subject.path.namespace.flatMap { store.get(.namespaces, name: $0) }
        return calls(subject.resource, subject.path.subresource ?? "", subject.operation).filter {
            $0.webhook.isMutating == mutating && $0.webhook.selects(subject.new, subject.old, namespace: namespace)
        }
    }

    // MARK: Asking

    /// The object as the mutating webhooks leave it; nil when none changed it.
    func mutated(_ subject: AdmissionReview.Subject) async throws(APIError) -> (object: Value?, warnings: [String]) {
        var current = subject.new
        var warnings: [String] = []
        for call in wanted(subject, mutating: true) {
            let now = AdmissionReview.Subject(
                request: subject.request, path: subject.path, resource: subject.resource, operation: subject.operation, new: current,
                old: subject.old, isDryRun: subject.isDryRun)
            guard let answer = try await ask(call, now) else { continue }
            warnings += answer.warnings
            guard let patch = answer.patch, let object = current else { continue }
            do {
                current = call.resource.stored(try JSONPatch.apply(patch, to: call.resource.served(object)))
            } catch {
                throw APIError(.internalError, "Internal error occurred: the patch of webhook \"\(call.webhook.name)\": \(error.message)")
            }
        }
        return (current == subject.new ? nil : current, warnings)
    }

    /// - Throws: the first refusal, in the order of the configurations.
    func validate(_ subject: AdmissionReview.Subject) async throws(APIError) -> [String] {
        let calls = wanted(subject, mutating: false)
        if calls.isEmpty { return [] }
        let results = await withTaskGroup(of: (Int, Result<AdmissionReview.Answer?, APIError>).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask {
                    do throws(APIError) {
                        return (index, .success(try await ask(call, subject)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<AdmissionReview.Answer?, APIError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }
        }
        var warnings: [String] = []
        for (_, result) in results { warnings += try result.get()?.warnings ?? [] }
        return warnings
    }

    /// Nil when the webhook cannot be asked and that does not matter.
    private func ask(_ call: Call, _ subject: AdmissionReview.Subject) async throws(APIError) -> AdmissionReview.Answer? {
        let name = call.webhook.name
        let review = AdmissionReview(subject: subject, resource: call.resource, uid: store.environment.uuid())
        do {
            return try review.answer(try await clients.call(call.webhook, review.body, store), webhook: name)
        } catch let error as APIError {
            throw error
        } catch {
            if call.webhook.ignoresFailure { return nil }
            let why = (error as? WebhookClients.Failure)?.message ?? (error as? AdmissionReview.Malformed)?.message ?? "\(error)"
            throw APIError(.internalError, "Internal error occurred: failed calling webhook \"\(name)\": \(why)")
        }
    }
}
