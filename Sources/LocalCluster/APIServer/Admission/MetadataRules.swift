internal import Manifests

/// What `metadata` of every object has to be.
enum MetadataRules {
    /// Bytes of all annotations together, as Kubernetes limits them.
    private static let annotationBytes = 256 * 1024

    static func check(_ object: Value, _ type: ResourceType, _ errors: inout FieldErrors) {
        if let name = object.name, !name.isEmpty {
            if let complaint = nameComplaint(name, type) { errors.invalid("metadata.name", .string(name), complaint) }
        } else {
            errors.required("metadata.name", "name or generateName is required")
        }
        if type.namespaced, (object.namespace ?? "").isEmpty { errors.required("metadata.namespace") }
        checkLabels(object["metadata"]?["labels"], "metadata.labels", &errors)
        checkAnnotations(object["metadata"]?["annotations"], &errors)
        for (index, finalizer) in (object["metadata"]?["finalizers"]?.array ?? []).enumerated() {
            guard let name = finalizer.string, NameRules.qualifiedName(name) == nil else {
                errors.invalid(
                    "metadata.finalizers[\(index)]", finalizer, "name part must consist of alphanumeric characters, '-', '_' or '.'")
                continue
            }
        }
        checkOwners(object, &errors)
    }

    static func checkLabels(_ labels: Value?, _ path: String, _ errors: inout FieldErrors) {
        for (key, value) in labels?.object ?? Object() {
            if let complaint = NameRules.qualifiedName(key) { errors.invalid(path, .string(key), complaint) }
            if let complaint = NameRules.labelValue(value.string ?? "") { errors.invalid(path, value, complaint) }
        }
    }

    private static func checkAnnotations(_ annotations: Value?, _ errors: inout FieldErrors) {
        var bytes = 0
        for (key, value) in annotations?.object ?? Object() {
            if let complaint = NameRules.qualifiedName(key.lowercased()) { errors.invalid("metadata.annotations", .string(key), complaint) }
            bytes += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if bytes > annotationBytes { errors.tooLong("metadata.annotations", "may not be more than \(annotationBytes) bytes") }
    }

    private static func checkOwners(_ object: Value, _ errors: inout FieldErrors) {
        let owners = object["metadata"]?["ownerReferences"]?.array ?? []
        for (index, owner) in owners.enumerated() {
            for field in ["apiVersion", "kind", "name", "uid"] where (owner[field]?.string ?? "").isEmpty {
                errors.required("metadata.ownerReferences[\(index)].\(field)", "\(field) must not be empty")
            }
        }
        if owners.filter({ $0["controller"]?.bool == true }).count > 1 {
            errors.invalid("metadata.ownerReferences", .array(owners), "only one reference can have controller set to true")
        }
    }

    private static func nameComplaint(_ name: String, _ type: ResourceType) -> String? {
        switch type {
        case .namespaces: NameRules.dnsLabel(name)
        case .services: NameRules.dns1035Label(name)
        case .roles, .roleBindings, .clusterRoles, .clusterRoleBindings: NameRules.pathSegment(name)
        default: NameRules.dnsSubdomain(name)
        }
    }
}
