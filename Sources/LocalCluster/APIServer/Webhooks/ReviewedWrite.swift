internal import Manifests

/// Makes a write that webhooks want to hear of: it is rehearsed, they are asked, and then it is made, unless the object was written by somebody
/// else in the meantime. Then all is done anew.
struct ReviewedWrite: Sendable {
    let admission: WebhookAdmission
    let handler: ResourceHandler
    /// Answers the request, by way of the handler that it is given.
    let answer: @Sendable (ResourceHandler) async throws(APIError) -> APIResponse

    /// Subresources whose writes are told; the others change no object, or are connections.
    private static let subresources: Set = ["", "status", "scale"]

    func run() async throws(APIError) -> APIResponse {
        let sub = handler.path.subresource ?? ""
        guard Self.subresources.contains(sub) else { return try await answer(handler) }
        let operations =
            switch handler.request.method {
            case .post: ["CREATE"]
            case .put: ["UPDATE"]
            case .patch: ["CREATE", "UPDATE"]
            case .delete: ["DELETE"]
            case .get, .head, .options: [String]()
            }
        guard operations.contains(where: { admission.isWanted(handler.resource, subresource: sub, operation: $0) }) else {
            return try await answer(handler)
        }
        return handler.request.method == .delete ? try await delete() : try await write()
    }

    private func subject(_ operation: String, new: Value?, old: Value?, isDryRun: Bool) -> AdmissionReview.Subject {
        AdmissionReview.Subject(
            request: handler.request, path: handler.path, resource: handler.resource, operation: operation, new: new, old: old,
            isDryRun: isDryRun)
    }

    private func write() async throws(APIError) -> APIResponse {
        let isDryRun = try handler.request.isDryRun
        for _ in 0..<StoreLimits.editAttempts {
            var observer = WriteObserver.rehearsal()
            var response = try await answer(handler.observed(by: observer))
            // What changes nothing is answered as it is.
            guard var (new, old) = observer.result else { return response }
            let operation = old == nil ? "CREATE" : "UPDATE"
            let (changed, advice) = try await admission.mutated(subject(operation, new: new, old: old, isDryRun: isDryRun))
            if let changed {
                observer = WriteObserver.rehearsal(of: changed)
                response = try await answer(handler.observed(by: observer))
                if let result = observer.result { (new, old) = result }
            }
            let warnings = try await advice + admission.validate(subject(operation, new: new, old: old, isDryRun: isDryRun))
            if !isDryRun {
                let performance = WriteObserver.performance(of: new, over: old)
                do throws(APIError) {
                    response = try await answer(handler.observed(by: performance))
                } catch {
                    if performance.wasOvertaken { continue }
                    throw error
                }
            }
            response.warn(warnings)
            return response
        }
        throw APIError.stale(handler.resource.type, handler.path.name ?? "")
    }

    private func delete() async throws(APIError) -> APIResponse {
        let options = try handler.deleteOptions()
        let objects: [Value]
        if let name = handler.path.name {
            objects = [try handler.existing(name)]
        } else {
            let selection = try handler.selection()
            objects = handler.store.list(handler.type, namespace: handler.path.namespace).items.filter(selection.matches)
        }
        var warnings: [String] = []
        for object in objects {
            let subject = subject("DELETE", new: nil, old: object, isDryRun: options.dryRun)
            _ = try await admission.mutated(subject)
            warnings += try await admission.validate(subject)
        }
        var response = try await answer(handler)
        response.warn(warnings)
        return response
    }
}

extension ResourceHandler {
    func observed(by observer: WriteObserver) -> ResourceHandler {
        var handler = self
        handler.observer = observer
        return handler
    }

    /// Stores a new object, or what webhooks made of it.
    func commit(creating object: Value, options: WriteOptions) throws(APIError) -> Value {
        try store.create(type, observer?.replacement ?? object, options: options)
    }

    /// Edits an object, or writes what webhooks made of the edit.
    func commit(
        updating name: String, expecting version: String?, options: WriteOptions, _ edit: (inout Value) throws -> Void
    ) throws(APIError) -> Value {
        try store.update(type, namespace: namespace, name: name, expectedResourceVersion: version, options: options) { live in
            if let replacement = observer?.replacement { live = replacement } else { try edit(&live) }
        }
    }
}
