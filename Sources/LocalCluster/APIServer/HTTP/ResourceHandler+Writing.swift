internal import Manifests

extension ResourceHandler {
    // MARK: Bodies

    func parseBody() throws(APIError) -> Value { try request.parseBody() }

    /// The body as an object of this kind, with the warnings about it.
    func parseObject(_ value: Value, form: SchemaDecoder.Form = .stored) throws(APIError) -> (object: Value, warnings: [String]) {
        guard value.object != nil else {
            throw APIError(.badRequest, "the object provided is unrecognized: it is \(value.typeName), not a mapping")
        }
        if let kind = value.kind, kind != resource.type.kind {
            throw APIError(.badRequest, "the API group/kind in the data (\(kind)) does not match the expected one (\(resource.type.kind))")
        }
        if let apiVersion = value.apiVersion, apiVersion != resource.type.apiVersion {
            throw APIError(
                .badRequest,
                "the API version in the data (\(apiVersion)) does not match the expected API version (\(resource.type.apiVersion))")
        }
        var object = value
        object["apiVersion"] = .string(resource.type.apiVersion)
        object["kind"] = .string(resource.type.kind)
        var unknown: [String] = []
        if let custom = resource.type.custom {
            (object, unknown) = try CustomResourceRules.decode(object, custom, form: form)
        } else if let schema = Schema.type(resource.type) {
            (object, unknown) = try SchemaDecoder.decode(object, as: schema, version: resource.type.version, form: form)
        }
        var warnings = try judge(unknown)
        if type == .customResourceDefinitions { warnings += DefinitionRules.warnings(object) }
        if resource.type.namespaced {
            let stated = object.namespace ?? ""
            if !stated.isEmpty, stated != namespace {
                throw APIError(.badRequest, "the namespace of the provided object does not match the namespace sent on the request")
            }
            object["metadata", "namespace"] = .string(namespace)
        }
        return (resource.stored(object), warnings)
    }

    /// `fieldValidation`: unknown fields are refused, told, or passed over.
    private func judge(_ unknown: [String]) throws(APIError) -> [String] {
        if unknown.isEmpty { return [] }
        let complaints = unknown.map { "unknown field \"\($0)\"" }
        switch request.query["fieldValidation"] ?? "Warn" {
        case "Strict":
            throw APIError(
                .badRequest,
                "\(resource.type.kind) in version \"\(resource.type.version)\" cannot be handled as a \(resource.type.kind): "
                    + "strict decoding error: " + complaints.joined(separator: ", "))
        case "Ignore": return []
        default: return complaints
        }
    }

    func options(_ target: WriteOptions.Target = .object, tracking: WriteOptions.Tracking? = nil) throws(APIError) -> WriteOptions {
        let escalation = RoleEscalation(authorizer: RoleAuthorizer(store: store), user: request.user)
        let (type, observer, store) = (type, observer, store)
        return WriteOptions(
            tracking: tracking ?? .manager(request.fieldManager), target: target,
            dryRun: try request.isDryRun || observer?.isRehearsal == true,
            apiVersion: resource.type.apiVersion
        ) { (new, old) throws(APIError) in
            try escalation.check(new, over: old, type)
            if let old, type == .persistentVolumeClaims { try VolumeExpansion.check(new, over: old, store) }
            try observer?.look(new, old, type)
        }
    }

    // MARK: Verbs

    func create() throws(APIError) -> APIResponse {
        let (object, warnings) = try parseObject(parseBody())
        if let version = object.resourceVersion, !version.isEmpty {
            throw APIError(.badRequest, "resourceVersion should not be set on objects to be created")
        }
        let stored = try commit(creating: object, options: options())
        var response = try present(stored, status: 201)
        response.warn(warnings + securityWarnings(stored))
        return response
    }

    func replace(_ name: String) throws(APIError) -> APIResponse {
        try replace(name, target: .object)
    }

    func replace(_ name: String, target: WriteOptions.Target) throws(APIError) -> APIResponse {
        let (object, warnings) = try parseObject(parseBody())
        try checkName(object, name)
        let version = object.resourceVersion.flatMap { $0.isEmpty ? nil : $0 }
        if let uid = object.uid, !uid.isEmpty, let live = store.get(type, namespace: namespace, name: name), live.uid != uid {
            throw APIError.preconditionFailed(resource.type, name, "UID in precondition: \(uid), UID in object meta: \(live.uid ?? "")")
        }
        let stored = try commit(updating: name, expecting: version, options: options(target)) { live in
            let managed = live["metadata"]?["managedFields"]
            live = object
            if object["metadata"]?["managedFields"] == nil { live["metadata", "managedFields"] = managed }
        }
        var response = try present(stored)
        response.warn(warnings + securityWarnings(stored))
        return response
    }

    /// What the namespace's Pod Security labels say of an object that was just written.
    func securityWarnings(_ object: Value) -> [String] {
        guard !namespace.isEmpty else { return [] }
        return PodSecurityAdmission.warnings(object, type, namespace: store.get(.namespaces, name: namespace))
    }

    func checkName(_ object: Value, _ name: String) throws(APIError) {
        if let stated = object.name, !stated.isEmpty, stated != name {
            throw APIError(.badRequest, "the name of the object (\(stated)) does not match the name on the URL (\(name))")
        }
    }
}
