package import Manifests

/// The API's own admission: objects are read as their kind declares, defaults filled in, and what the kind forbids is refused.
package struct ClusterAdmission: ObjectAdmission {
    let addresses: ServiceAddresses

    package init(addresses: ServiceAddresses = ServiceAddresses()) { self.addresses = addresses }

    package func admit(created object: inout Value, _ type: ResourceType) throws(APIError) {
        if let custom = type.custom { return try CustomResourceRules.admit(created: &object, type, custom) }
        guard let schema = Schema.type(type) else { return }
        object = try SchemaDecoder.decode(object, as: schema, version: type.version).object
        SchemaDefaults.fill(&object, schema)
        try Defaults.fill(created: &object, type, addresses)
        var errors = FieldErrors()
        MetadataRules.check(object, type, &errors)
        SchemaValidation.check(object, schema, "", &errors)
        ObjectRules.check(object, type, &errors)
        if !errors.isEmpty { throw APIError.invalid(type, object.name ?? "", errors.causes) }
    }

    package func admit(
        updated object: inout Value, from old: Value, _ type: ResourceType, _ target: WriteOptions.Target
    ) throws(APIError) {
        if let custom = type.custom { return try CustomResourceRules.admit(updated: &object, from: old, type, custom) }
        guard let schema = Schema.type(type) else { return }
        object = try SchemaDecoder.decode(object, as: schema, version: type.version).object
        if target == .status { return }
        SchemaDefaults.fill(&object, schema)
        try Defaults.fill(updated: &object, from: old, type, addresses)
        if object == old { return }
        var errors = FieldErrors()
        MetadataRules.check(object, type, &errors)
        if object["spec"] != old["spec"] || object["spec"] == nil {
            SchemaValidation.check(object, schema, "", &errors)
            ObjectRules.check(object, type, &errors)
        }
        UpdateRules.check(object, from: old, type, &errors)
        if type == .pods { EphemeralContainerRules.check(object, from: old, target, &errors) }
        if !errors.isEmpty { throw APIError.invalid(type, object.name ?? "", errors.causes) }
    }
}
