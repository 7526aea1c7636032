internal import Manifests

extension ResourceHandler {
    func patch(_ name: String, target: WriteOptions.Target) throws(APIError) -> APIResponse {
        let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
        switch media {
        case "application/apply-patch+yaml":
            return try apply(name, target: target)
        case "application/strategic-merge-patch+json" where type.custom != nil:
            throw APIError(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                    + "application/merge-patch+json, application/apply-patch+yaml")
        case "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json":
            return try edit(name, media, target: target)
        default:
            throw APIError(
                .unsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                    + "application/merge-patch+json, application/apply-patch+yaml, application/strategic-merge-patch+json")
        }
    }

    private func edit(_ name: String, _ media: String, target: WriteOptions.Target) throws(APIError) -> APIResponse {
        let patch = try parseBody()
        var warnings: [String] = []
        let expected = patch["metadata"]?["resourceVersion"]?.string
        let stored = try commit(updating: name, expecting: expected, options: options(target)) { live in
            let served = resource.served(live)
            let patched = try patched(served, patch, media)
            try checkName(patched, name)
            if let uid = patched.uid, uid != live.uid {
                throw APIError.preconditionFailed(resource.type, name, "UID in precondition: \(uid), UID in object meta: \(live.uid ?? "")")
            }
            let (object, complaints) = try parseObject(patched)
            warnings = complaints
            live = object
        }
        var response = try present(stored)
        response.warn(warnings + securityWarnings(stored))
        return response
    }

    private func patched(_ object: Value, _ patch: Value, _ media: String) throws(APIError) -> Value {
        do {
            switch media {
            case "application/json-patch+json": return try JSONPatch.apply(patch, to: object)
            case "application/merge-patch+json": return MergePatch.apply(patch, to: object)
            default:
                let schema = KubernetesSchema.any(apiVersion: resource.type.apiVersion, kind: resource.type.kind)
                return try StrategicMergePatch.apply(patch, to: object, schema: schema)
            }
        } catch {
            throw APIError(media.hasPrefix("application/json-patch") ? .invalid : .badRequest, "the patch cannot be applied: \(error)")
                .about(resource.type, name: object.name ?? "")
        }
    }

    // MARK: Server-side apply

    private func apply(_ name: String, target: WriteOptions.Target) throws(APIError) -> APIResponse {
        guard let managerName = request.query["fieldManager"], !managerName.isEmpty else {
            throw APIError(
                .badRequest, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")
        }
        let body = try parseBody()
        guard body.apiVersion != nil, body.kind != nil else {
            throw APIError(.badRequest, "an applied configuration needs apiVersion and kind")
        }
        if let managed = body["metadata"]?["managedFields"], managed != .array([]), !managed.isNull {
            throw APIError(.badRequest, "metadata.managedFields must be nil")
        }
        var (applied, warnings) = try parseObject(body, form: .asSent)
        applied["metadata", "managedFields"] = nil
        try checkName(applied, name)
        applied["metadata", "name"] = .string(name)
        let expected = applied.resourceVersion
        applied["metadata", "resourceVersion"] = nil
        restrict(&applied, to: target)
        let engine = ServerSideApply(
            type: type,
            manager: ManagedFields.Manager(
                name: managerName, operation: .apply, apiVersion: resource.type.apiVersion, subresource: target.subresource),
            force: request.flag("force"), time: store.environment.now())
        let (stored, created) = try store(applied, name, engine, target: target, expected: expected)
        var response = try present(stored, status: created ? 201 : 200)
        response.warn(warnings + securityWarnings(stored))
        return response
    }

    private func store(
        _ applied: Value, _ name: String, _ engine: ServerSideApply, target: WriteOptions.Target, expected: String?
    ) throws(APIError) -> (object: Value, created: Bool) {
        let options = try options(target, tracking: .asEdited)
        if store.get(type, namespace: namespace, name: name) == nil {
            guard target == .object else { throw APIError.notFound(resource.type, name) }
            if let expected, !expected.isEmpty { throw APIError.stale(resource.type, name) }
            // Whoever applies what is not there makes it, and needs the right to.
            var creation = AccessAttributes(request, path)
            creation.verb = "create"
            try RoleAuthorizer(store: store).require(creation)
            do {
                return (try commit(creating: storedForm(engine.apply(applied, to: nil)), options: options), true)
            } catch  where error.reason == .alreadyExists {
                // Somebody else made it in between: it is an update now.
            }
        }
        let stored = try commit(updating: name, expecting: expected, options: options) { live in
            live = try storedForm(engine.apply(applied, to: live))
        }
        return (stored, false)
    }

    /// What was merged as it was sent, as it is stored; its `managedFields` still tell what was said.
    private func storedForm(_ merged: Value) throws(APIError) -> Value {
        if type.custom != nil { return merged }
        guard let schema = Schema.type(type) else { return merged }
        return try SchemaDecoder.decode(merged, as: schema, version: type.version).object
    }

    /// An apply through a subresource speaks of nothing else, and one of the object not of its status.
    private func restrict(_ applied: inout Value, to target: WriteOptions.Target) {
        switch target {
        case .object, .scale, .ephemeralContainers:
            if type.hasStatus { applied["status"] = nil }
        case .status:
            var only: Object = [:]
            for field in ["apiVersion", "kind", "status"] { only[field] = applied[field] }
            only["metadata"] = .object(Object([("name", applied.name.map(Value.string) ?? ""), ("namespace", .string(namespace))]))
            applied = .object(only)
        }
    }
}
