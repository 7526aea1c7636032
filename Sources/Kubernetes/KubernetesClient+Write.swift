internal import HTTPTransport
package import Manifests

extension KubernetesClient {
    /// Server-side apply: the fields of `object` become ours, those that we applied before and leave out now go away.
    ///
    /// Unknown and duplicate fields are errors (`fieldValidation=Strict`). With `dryRun` nothing is stored.
    ///
    /// - Returns: the object as it is stored, or would be.
    /// - Throws: `conflict` with each field that another manager owns with another value, unless forced.
    package func apply(_ object: Value, _ options: ApplyOptions = ApplyOptions()) async throws(KubernetesError) -> Value {
        let (id, resource) = try await target(of: object, verb: "apply")
        let subject = CallSubject(options.dryRun ? "dry-run" : "apply", id)
        var body = object
        // Refused by the API (managedFields), or facts of another moment that would read as a precondition or a change.
        for field in ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "deletionTimestamp"] {
            body.set(["metadata", field], to: nil)
        }
        var call = APICall(
            method: "PATCH", path: try resource.path(namespace: id.namespace, name: id.name, subject), subject: subject)
        call.contentType = "application/apply-patch+yaml"  // JSON is YAML
        call.query = [("fieldManager", options.fieldManager), ("force", String(options.force)), ("fieldValidation", "Strict")]
        if options.dryRun { call.query.append(("dryRun", "All")) }
        call.body = JSON.bytes(body)
        return try await Answer.value(sender.send(call), subject)
    }

    /// - Throws: `alreadyExists`. After a broken connection it is not sent again, since it may have been done.
    package func create(_ object: Value, _ options: ApplyOptions = ApplyOptions()) async throws(KubernetesError) -> Value {
        let (id, resource) = try await target(of: object, verb: "create")
        let subject = CallSubject("create", id)
        var call = APICall(method: "POST", path: try resource.path(namespace: id.namespace, subject), subject: subject)
        call.safety = .onlyWhenRefused
        return try await write(object, call, options)
    }

    /// Replaces the whole object. With a resourceVersion in it, only that version is replaced, else `conflict`.
    package func replace(_ object: Value, _ options: ApplyOptions = ApplyOptions()) async throws(KubernetesError) -> Value {
        let (id, resource) = try await target(of: object, verb: "replace")
        let subject = CallSubject("replace", id)
        var call = APICall(method: "PUT", path: try resource.path(namespace: id.namespace, name: id.name, subject), subject: subject)
        // A second PUT of one version is a conflict with oneself.
        call.safety = object.resourceVersion == nil ? .idempotent : .onlyWhenRefused
        return try await write(object, call, options)
    }

    private func write(_ object: Value, _ call: APICall, _ options: ApplyOptions) async throws(KubernetesError) -> Value {
        var call = call
        call.contentType = "application/json"
        call.query = [("fieldManager", options.fieldManager), ("fieldValidation", "Strict")]
        if options.dryRun { call.query.append(("dryRun", "All")) }
        call.body = JSON.bytes(object)
        return try await Answer.value(sender.send(call), call.subject)
    }

    /// How a patch is to be read.
    package enum PatchType: String, Sendable, Hashable {
        case merge = "application/merge-patch+json"
        case strategicMerge = "application/strategic-merge-patch+json"
        case json = "application/json-patch+json"
    }

    package func patch(
        _ id: ObjectIdentity, _ patch: Value, type: PatchType = .merge, _ options: ApplyOptions = ApplyOptions()
    ) async throws(KubernetesError) -> Value {
        let subject = CallSubject("patch", id)
        let resource = try await discovery.resource(id.groupKind)
        var call = APICall(method: "PATCH", path: try resource.path(namespace: id.namespace, name: id.name, subject), subject: subject)
        call.safety = type == .json ? .onlyWhenRefused : .idempotent
        call.contentType = type.rawValue
        call.query = [("fieldManager", options.fieldManager)]
        if options.dryRun { call.query.append(("dryRun", "All")) }
        call.body = JSON.bytes(patch)
        return try await Answer.value(sender.send(call), subject)
    }

    /// - Parameters:
    ///   - uid: only the object with this UID is deleted, else `conflict`.
    ///   - resourceVersion: the same for a version.
    /// - Returns: `false` when there was no such object. `true` means accepted: finalizers may keep it for a while.
    package func delete(
        _ id: ObjectIdentity, uid: String? = nil, resourceVersion: String? = nil, propagation: DeletePropagation = .background
    ) async throws(KubernetesError) -> Bool {
        let subject = CallSubject("delete", id)
        let resource = try await discovery.resource(id.groupKind)
        var options: Value = ["apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue)]
        if let uid { options["preconditions", "uid"] = .string(uid) }
        if let resourceVersion { options["preconditions", "resourceVersion"] = .string(resourceVersion) }
        var call = APICall(method: "DELETE", path: try resource.path(namespace: id.namespace, name: id.name, subject), subject: subject)
        call.contentType = "application/json"
        call.body = JSON.bytes(options)
        call.safety = uid == nil ? .onlyWhenRefused : .idempotent
        let response = try await sender.attempt(call)
        if response.status == 404 { return false }
        if response.status >= 400 { throw StatusReader.error(response, subject) }
        return true
    }

    private func target(of object: Value, verb: String) async throws(KubernetesError) -> (ObjectIdentity, APIResource) {
        guard var id = object.identity, let apiVersion = object.apiVersion, !id.name.isEmpty else {
            throw KubernetesError(.badRequest, "cannot \(verb) an object without apiVersion, kind and metadata.name")
        }
        let version = apiVersion.split(separator: "/").last.map(String.init)
        do throws(KubernetesError) {
            let resource = try await discovery.resource(id.groupKind, version: version)
            if !resource.isNamespaced { id.namespace = "" }
            return (id, resource)
        } catch {
            throw KubernetesError(error.code, "cannot \(verb) \(id): \(error.message)", object: id, isTransient: error.isTransient)
        }
    }
}
