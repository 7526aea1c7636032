internal import HTTPTransport
package import Manifests

extension EnvironmentApplier {
    /// What can be known before the first dry run: that our rights suffice, and that no definition drops a version in which objects are
    /// stored. It changes nothing.
    ///
    /// - Parameters:
    ///   - isWayBack: a rollback is only stopped for rights that its apply needs, and by no object: what is refused is left, and named.
    ///   - tests: what will be asked to prove it.
    /// - Throws: `forbidden` with every missing right and the rules to add; `refused` with the versions.
    package func preflight(
        _ objects: [Value], isWayBack: Bool = false, tests: TestNeeds = TestNeeds()
    ) async throws(KubernetesError) {
        if isWayBack {
            var refused = ProblemList()
            return try await requireAccess(try await preparation.prepare(objects, refused: &refused), .wayBack, tests)
        }
        let desired = try await preparation.prepare(objects)
        try await requireAccess(desired, .release, tests)
        for definition in desired where definition.isDefinition {
            guard let live = try await client.get(definition.id) else { continue }
            try StoredVersions.refuseDropped(by: definition.object, live: live, id: definition.id)
        }
    }

    private func requireAccess(
        _ desired: [DesiredObject], _ scope: NeededAccess.Scope, _ tests: TestNeeds
    ) async throws(KubernetesError) {
        var circumstances = NeededAccess.Circumstances(tests: tests)
        var targets: [NeededAccess.Target] = []
        for object in desired {
            if object.id == namespaceIdentity {
                circumstances.bringsNamespace = true  // asked about by its name
                continue
            }
            // A kind that the objects themselves define cannot be asked about before it is there.
            guard let resource = object.resource else { continue }
            let target = NeededAccess.Target(resource, namespace: object.id.namespace)
            if !targets.contains(target) { targets.append(target) }
        }
        if settings.createNamespace {
            circumstances.isNamespaceThere = try await orForbidden(true) { () async throws(KubernetesError) in
                try await client.get(namespaceIdentity) != nil
            }
        }
        if scope == .release { circumstances.dropped = try await dropped(besides: targets) }
        let missing = try await client.missing(
            NeededAccess.questions(targets, settings: settings, scope: scope, circumstances: circumstances))
        guard !missing.isEmpty else { return }
        throw KubernetesError(
            .forbidden, NeededAccess.message(missing: missing, environment: settings.environment, server: client.server))
    }

    /// The kinds of the inventory that are not among those of the objects. One that is not served any more has no objects to delete.
    private func dropped(besides targets: [NeededAccess.Target]) async throws(KubernetesError) -> [NeededAccess.Target] {
        let entries = try await orForbidden([]) { () async throws(KubernetesError) in try await inventory() }
        guard !entries.isEmpty else { return [] }
        let catalog = try await client.catalog()
        var dropped: [NeededAccess.Target] = []
        for entry in entries where entry.id != namespaceIdentity {
            guard let resource = catalog.resource(entry.id.groupKind) else { continue }
            let target = NeededAccess.Target(resource, namespace: entry.id.namespace)
            if !targets.contains(target), !dropped.contains(target) { dropped.append(target) }
        }
        return dropped
    }

    /// A look that is not allowed is no error here: its right is among the questions, and is told together with all that is missing.
    private func orForbidden<Found: Sendable>(
        _ substitute: Found, _ look: () async throws(KubernetesError) -> Found
    ) async throws(KubernetesError) -> Found {
        do throws(KubernetesError) {
            return try await look()
        } catch {
            guard error.code == .forbidden else { throw error }
            return substitute
        }
    }
}

extension NeededAccess.Target {
    init(_ resource: APIResource, namespace: String) {
        self.init(group: resource.group, kind: resource.kind, plural: resource.plural, namespace: namespace)
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
