internal import Manifests

/// How objects of custom resources are read, filled in and refused.
enum CustomResourceRules {
    /// Reads an object as a client sends it.
    ///
    /// - Returns: the object without unknown fields, with the defaults of the schema, and the paths of those fields.
    static func decode(
        _ object: Value, _ custom: CustomType, form: SchemaDecoder.Form = .stored
    ) throws(APIError) -> (object: Value, unknownFields: [String]) {
        var unknown: [String] = []
        var result = custom.version.schema.pruned(object, isObject: true, unknown: &unknown)
        let head = SchemaType(
            name: custom.definition.kind, package: "", isAtomic: false,
            fields: [SchemaField(name: "metadata", type: .structure("ObjectMeta"))])
        var metadata: Value = [:]
        for field in ["apiVersion", "kind", "metadata"] { metadata[field] = object[field] }
        let decoded = try SchemaDecoder.decode(metadata, as: head, version: custom.version.name, form: form)
        result["metadata"] = decoded.object["metadata"]
        return (result, unknown + decoded.unknownFields)
    }

    static func admit(created object: inout Value, _ type: ResourceType, _ custom: CustomType) throws(APIError) {
        if custom.version.hasStatus { object["status"] = nil }
        custom.version.schema.fillDefaults(&object)
        let errors = errors(of: object, type, custom)
        if !errors.isEmpty { throw APIError.invalid(type, object.name ?? "", errors.causes) }
    }

    /// What was wrong before and is not touched by the update is no reason to refuse it (KEP-4008).
    static func admit(updated object: inout Value, from old: Value, _ type: ResourceType, _ custom: CustomType) throws(APIError) {
        custom.version.schema.fillDefaults(&object)
        if object == old { return }
        var errors = errors(of: object, type, custom)
        if !errors.isEmpty { errors.remove(self.errors(of: old, type, custom)) }
        if !errors.isEmpty { throw APIError.invalid(type, object.name ?? "", errors.causes) }
    }

    private static func errors(of object: Value, _ type: ResourceType, _ custom: CustomType) -> FieldErrors {
        var errors = FieldErrors()
        MetadataRules.check(object, type, &errors)
        var checker = SchemaChecker()
        checker.check(object, custom.version.schema, "")
        errors.add(checker.errors)
        return errors
    }
}
