package import Manifests

extension ObjectStore {
    /// Stores a new object: it gets its UID, creation time, revision and generation 1, and its name when it only has `generateName`.
    ///
    /// - Throws: `AlreadyExists`, `NotFound` for a missing namespace, `Forbidden` for one that is ending, `Invalid`.
    @discardableResult
    package func create(_ type: ResourceType, _ object: Value, options: WriteOptions = .controller) throws(APIError) -> Value {
        try log?.admit()
        var object = object
        let time = environment.now()
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        if !type.namespaced { object["metadata", "namespace"] = nil }
        if (object.name ?? "").isEmpty, let prefix = object["metadata"]?["generateName"]?.string, !prefix.isEmpty {
            object["metadata", "name"] = .string(prefix + environment.nameSuffix())
        }
        object["metadata", "uid"] = .string(environment.uuid())
        object["metadata", "creationTimestamp"] = .string(time.rfc3339)
        object["metadata", "resourceVersion"] = nil
        object["metadata", "deletionTimestamp"] = nil
        object["metadata", "deletionGracePeriodSeconds"] = nil
        object["metadata", "selfLink"] = nil
        object["metadata", "generation"] = type.hasGeneration ? 1 : nil
        try prepare(&object, type, self)
        let ranges = type == .pods || type == .persistentVolumeClaims ? list(.limitRanges, namespace: object.namespace ?? "").items : []
        if type == .pods { LimitRangeRules.fill(&object, ranges) }
        try admission.admit(created: &object, type)
        if let refusal = LimitRangeRules.refusal(object, type, ranges) { throw APIError.forbidden(type, object.name ?? "", refusal) }
        if type == .pods,
            let refusal = PodSecurityAdmission.refusal(object, namespace: get(.namespaces, name: object.namespace ?? ""))
        {
            throw APIError.forbidden(type, object.name ?? "", refusal)
        }
        if case .manager(let manager) = options.tracking {
            object["metadata", "managedFields"] = tracker?.managedFields(
                of: object, over: nil, type, manager: manager, options: options, at: time)
        }
        let name = object.name ?? ""
        guard !name.isEmpty else {
            let cause = APIError.Cause(
                reason: "FieldValueRequired", message: "Required value: name or generateName is required", field: "metadata.name")
            throw APIError.invalid(type, name, [cause])
        }
        let key = ObjectKey(type, object.namespace ?? "", name)
        let candidate = object
        try options.gate?(candidate, nil)
        let stored = try changeState { (state) throws(APIError) -> Value in
            try state.checkRoom(for: key)
            try QuotaAdmission.check(candidate, key, state)
            return options.dryRun ? candidate : state.put(key, candidate, over: nil)
        }
        if type == .namespaces, !options.dryRun { furnish(name) }
        return stored
    }

    /// Reads, edits and stores an object. `edit` sees the current object and may run more than once when others write at the same time.
    ///
    /// - Parameter expectedResourceVersion: when given, a conflict is thrown unless the object still has it.
    /// - Throws: `NotFound`, `Conflict`, `Invalid`, or what `edit` throws (as `InternalError` when it is no `APIError`).
    @discardableResult
    package func update(
        _ type: ResourceType, namespace: String = "", name: String, expectedResourceVersion: String? = nil,
        options: WriteOptions = .controller, _ edit: (inout Value) throws -> Void
    ) throws(APIError) -> Value {
        try log?.admit()
        let key = ObjectKey(type, namespace, name)
        for _ in 0..<StoreLimits.editAttempts {
            guard let old = get(type, namespace: namespace, name: name) else { throw APIError.notFound(type, name) }
            if let expectedResourceVersion, expectedResourceVersion != old.resourceVersion { throw APIError.stale(type, name) }
            let new = try edited(old, type, options, edit)
            if new == old { return old }
            try options.gate?(new, old)
            if options.dryRun { return new }
            let time = environment.now()
            let stored = changeState { state -> Value? in
                guard let current = state.object(key), current.resourceVersion == old.resourceVersion else { return nil }
                if StoreState.isReadyToGo(new), key.type != .namespaces {
                    state.remove(key, new, at: time)
                    return new
                }
                let stored = state.put(key, new, over: current)
                if key.type == .namespaces { state.finishNamespace(key.name, at: time) }
                return stored
            }
            if let stored { return stored }
        }
        throw APIError.stale(type, name)
    }

    /// As `update`, for `status` alone.
    @discardableResult
    package func updateStatus(
        _ type: ResourceType, namespace: String = "", name: String, expectedResourceVersion: String? = nil,
        manager: String = "kube-controller-manager", _ edit: (inout Value) throws -> Void
    ) throws(APIError) -> Value {
        try update(
            type, namespace: namespace, name: name, expectedResourceVersion: expectedResourceVersion,
            options: WriteOptions(tracking: .manager(manager), target: .status), edit)
    }

    /// Deletes an object, or begins to: a Pod is given its grace period, finalizers are waited for, dependents go as `propagation` says.
    ///
    /// - Returns: the last state; it has a `deletionTimestamp` when the object is still there.
    @discardableResult
    package func delete(
        _ type: ResourceType, namespace: String = "", name: String, options: DeleteOptions = DeleteOptions()
    ) throws(APIError) -> Value {
        try log?.admit()
        let key = ObjectKey(type, namespace, name)
        let time = environment.now()
        return try changeState { (state) throws(APIError) -> Value in
            guard let old = state.object(key) else { throw APIError.notFound(type, name) }
            if let uid = options.uid, uid != old.uid {
                throw APIError.preconditionFailed(type, name, "UID in precondition: \(uid), UID in object meta: \(old.uid ?? "")")
            }
            if let version = options.resourceVersion, version != old.resourceVersion {
                throw APIError.preconditionFailed(
                    type, name, "ResourceVersion in precondition: \(version), ResourceVersion in object meta: \(old.resourceVersion ?? "")")
            }
            return options.dryRun ? old : state.delete(key, old, options, at: time)
        }
    }

    private func edited(
        _ old: Value, _ type: ResourceType, _ options: WriteOptions, _ edit: (inout Value) throws -> Void
    ) throws(APIError) -> Value {
        var new = old
        do {
            try edit(&new)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.internalError, "\(type.qualifiedPlural) \"\(old.name ?? "")\" could not be changed: \(error)")
        }
        if options.target == .status {
            let status = new["status"]
            let managed = new["metadata"]?["managedFields"]
            new = old
            new["status"] = status
            new["metadata", "managedFields"] = managed
        } else if type.hasStatus {
            new["status"] = old["status"]
        }
        if options.target == .ephemeralContainers { EphemeralContainerRules.restrict(&new, over: old) }
        new["apiVersion"] = .string(type.apiVersion)
        new["kind"] = old["kind"]
        for field in [
            "name", "namespace", "uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp",
            "deletionGracePeriodSeconds", "generateName",
        ] {
            new["metadata", field] = old["metadata"]?[field]
        }
        try admission.admit(updated: &new, from: old, type, options.target)
        if type.hasGeneration, options.target != .status, Self.specificationChanged(from: old, to: new, type) {
            new["metadata", "generation"] = .integer((old.generation ?? 0) + 1)
        }
        if case .manager(let manager) = options.tracking, new != old, let tracker {
            new["metadata", "managedFields"] = tracker.managedFields(
                of: new, over: old, type, manager: manager, options: options, at: environment.now())
        }
        return new
    }

    /// Everything outside of metadata and status counts as the specification.
    private static func specificationChanged(from old: Value, to new: Value, _ type: ResourceType) -> Bool {
        if type.custom == nil, let oldSpec = old["spec"], var newSpec = new["spec"] {
            // A scheduler binds a Pod by a path of its own, which is no change of what was asked for (KEP-5067).
            if type == .pods, oldSpec["nodeName"] == nil { newSpec["nodeName"] = nil }
            return oldSpec != newSpec
        }
        var (old, new) = (old, new)
        // A status that is written with the rest is a field like any other.
        for field in type.custom != nil && !type.hasStatus ? ["metadata"] : ["metadata", "status"] {
            old[field] = nil
            new[field] = nil
        }
        return old != new
    }

    private func furnish(_ namespace: String) {
        for (type, object) in namespaceContents() {
            var object = object
            object["metadata", "namespace"] = .string(namespace)
            do {
                try create(type, object)
            } catch {
                // The namespace may be ending already, or a client made the object first: both are as good.
            }
        }
    }
}

extension StoreState {
    /// A new object needs a name that is free and a namespace that stays.
    func checkRoom(for key: ObjectKey) throws(APIError) {
        if key.type.namespaced {
            guard object(ObjectKey(.namespaces, "", key.namespace)) != nil else { throw APIError.notFound(.namespaces, key.namespace) }
        }
        if object(key) != nil { throw APIError.alreadyExists(key.type, key.name) }
        if endingNamespaces.contains(key.namespace) {
            var error = APIError.forbidden(
                key.type, key.name, "unable to create new content in namespace \(key.namespace) because it is being terminated")
            error.causes = [
                APIError.Cause(
                    reason: "NamespaceTerminating", message: "namespace \(key.namespace) is being terminated", field: "metadata.namespace")
            ]
            throw error
        }
        if let count = tables[key.type]?.count, count >= StoreLimits.objectsPerType {
            throw APIError.forbidden(key.type, key.name, "this cluster holds at most \(StoreLimits.objectsPerType) \(key.type.plural)")
        }
    }
}
