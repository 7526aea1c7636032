internal import HTTPTransport
package import Manifests

extension EnvironmentApplier {
    /// What can be known before the first dry run: that our rights suffice, and that no definition drops a version in which objects are
    /// stored. It changes nothing.
    ///
    /// - Parameter isWayBack: a rollback is only stopped for rights that its apply needs.
    /// - Throws: `forbidden` with every missing right and the rules to add; `refused` with the versions.
    package func preflight(_ objects: [Value], isWayBack: Bool = false) async throws(KubernetesError) {
        let desired = try await preparation.prepare(objects)
        try await requireAccess(desired, isWayBack ? .wayBack : .release)
        for definition in desired where definition.isDefinition {
            guard let live = try await client.get(definition.id) else { continue }
            try StoredVersions.refuseDropped(by: definition.object, live: live, id: definition.id)
        }
    }

    private func requireAccess(_ desired: [DesiredObject], _ scope: NeededAccess.Scope) async throws(KubernetesError) {
        var targets: [NeededAccess.Target] = []
        for object in desired {
            // A kind that the objects themselves define cannot be asked about before it is there.
            guard let resource = object.resource else { continue }
            let target = NeededAccess.Target(
                group: resource.group, kind: resource.kind, plural: resource.plural, namespace: object.id.namespace)
            if !targets.contains(target) { targets.append(target) }
        }
        let missing = try await client.missing(NeededAccess.questions(targets, settings: settings, scope: scope))
        guard !missing.isEmpty else { return }
        throw KubernetesError(
            .forbidden, NeededAccess.message(missing: missing, environment: settings.environment, server: client.server))
    }
}

extension KubernetesClient {
    /// Those of the questions that the API server answers with no, asked side by side.
    package func missing(_ questions: [AccessQuestion]) async throws(KubernetesError) -> [AccessQuestion] {
        let now = sender.environment.now()
        let open = questions.filter { !accessReviews.isGranted($0, now: now, maximumAge: limits.accessReviewAge) }
        let answers = await BoundedTasks.run(open, limit: limits.concurrentRequests) {
            question async -> Result<Bool, KubernetesError> in
            do throws(KubernetesError) {
                return .success(try await self.isAllowed(question))
            } catch {
                return .failure(error)
            }
        }
        var missing: [AccessQuestion] = []
        for (question, answer) in zip(open, answers) {
            do throws(KubernetesError) {
                if try answer.get() {
                    accessReviews.remember(question, now: now, limit: limits.accessReviews)
                } else {
                    missing.append(question)
                }
            } catch {
                // Whoever may not even ask (the role system:basic-user was taken away) finds out by the dry run.
                guard error.code == .forbidden else { throw error }
            }
        }
        return missing
    }

    private func isAllowed(_ question: AccessQuestion) async throws(KubernetesError) -> Bool {
        let subject = CallSubject("ask whether we may \(question.verb)", question.resource)
        var call = APICall(method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", subject: subject)
        call.contentType = "application/json"
        call.body = JSON.bytes([
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": .object(["resourceAttributes": question.attributes]),
        ])
        let answer = try await Answer.value(sender.send(call), subject)
        guard let isAllowed = answer["status"]?["allowed"]?.bool else { throw .unexpected(subject, "has no status.allowed") }
        return isAllowed
    }
}
