internal import Manifests

/// What a CustomResourceDefinition has to be, and what is filled in.
enum DefinitionRules {
    static func fill(created object: inout Value) {
        fill(&object)
        var status: Value = ["conditions": [], "acceptedNames": ["plural": "", "kind": ""]]
        status["storedVersions"] = .array(storageVersions(object))
        object["status"] = status
    }

    /// A version that objects may have been stored in stays in `storedVersions` until somebody takes it out of the status.
    static func fill(updated object: inout Value, from old: Value) {
        fill(&object)
        var stored = old["status"]?["storedVersions"]?.array ?? []
        for version in storageVersions(object) where !stored.contains(version) { stored.append(version) }
        object["status", "storedVersions"] = .array(stored)
    }

    private static func fill(_ object: inout Value) {
        guard let kind = object["spec"]?["names"]?["kind"]?.string else { return }
        object.fillIn(["spec", "names", "singular"], .string(kind.lowercased()))
        object.fillIn(["spec", "names", "listKind"], .string("\(kind)List"))
        object.fillIn(["spec", "conversion", "strategy"], "None")
    }

    private static func storageVersions(_ object: Value) -> [Value] {
        (object["spec"]?["versions"]?.array ?? []).filter { $0["storage"]?.bool == true }.compactMap { $0["name"] }
    }

    // MARK: Checks

    static func check(_ object: Value, _ errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let names = spec["names"] ?? [:]
        let group = spec["group"]?.string ?? ""
        let full = "\(names["plural"]?.string ?? "").\(group)"
        if object.name != full {
            errors.invalid("metadata.name", .string(object.name ?? ""), "must be spec.names.plural+\".\"+spec.group")
        }
        if let complaint = NameRules.dnsSubdomain(group) { errors.invalid("spec.group", .string(group), complaint) }
        if !group.contains(".") { errors.invalid("spec.group", .string(group), "should be a domain with at least one dot") }
        if protected.contains(where: { group == $0 || group.hasSuffix(".\($0)") }) {
            let approval = object["metadata"]?["annotations"]?["api-approved.kubernetes.io"]?.string ?? ""
            if !approval.hasPrefix("https://"), !approval.hasPrefix("unapproved") {
                errors.required(
                    "metadata.annotations[api-approved.kubernetes.io]",
                    "protected groups must have approval annotation \"api-approved.kubernetes.io\", "
                        + "see https://github.com/kubernetes/enhancements/pull/1111")
            }
        }
        checkNames(names, &errors)
        checkVersions(spec, &errors)
        if let strategy = spec["conversion"]?["strategy"], strategy != "None" {
            errors.notSupported("spec.conversion.strategy", strategy, ["None"])
        }
        if spec["preserveUnknownFields"]?.bool == true {
            errors.invalid(
                "spec.preserveUnknownFields", true,
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")
        }
    }

    /// Groups of the Kubernetes project itself.
    private static let protected = ["k8s.io", "kubernetes.io"]

    private static func checkNames(_ names: Value, _ errors: inout FieldErrors) {
        for field in ["plural", "singular", "kind", "listKind"] {
            guard let name = names[field]?.string, !name.isEmpty else { continue }
            if let complaint = NameRules.dns1035Label(name.lowercased()) { errors.invalid("spec.names.\(field)", .string(name), complaint) }
        }
        for field in ["plural", "singular"] {
            guard let name = names[field]?.string, name != name.lowercased() else { continue }
            errors.invalid("spec.names.\(field)", .string(name), "must be lower case")
        }
        for (index, name) in (names["shortNames"]?.array ?? []).enumerated() {
            if let complaint = NameRules.dns1035Label(name.string ?? "") {
                errors.invalid("spec.names.shortNames[\(index)]", name, complaint)
            }
        }
        if let kind = names["kind"], kind == names["listKind"] {
            errors.invalid("spec.names.listKind", kind, "kind and listKind may not be the same")
        }
    }

    private static func checkVersions(_ spec: Value, _ errors: inout FieldErrors) {
        let versions = spec["versions"]?.array ?? []
        if versions.isEmpty {
            errors.invalid("spec.versions", .array([]), "must have at least one version")
            return
        }
        if versions.count(where: { $0["storage"]?.bool == true }) != 1 {
            errors.invalid("spec.versions", .array(versions), "must have exactly one version marked as storage version")
        }
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let path = "spec.versions[\(index)]"
            let name = version["name"]?.string ?? ""
            if let complaint = NameRules.dns1035Label(name) { errors.invalid("\(path).name", .string(name), complaint) }
            if !seen.insert(name).inserted { errors.invalid("\(path).name", .string(name), "must be unique") }
            guard let schema = version["schema"]?["openAPIV3Schema"] else {
                errors.required("\(path).schema.openAPIV3Schema", "schemas are required")
                continue
            }
            var rules = StructuralRules()
            rules.check(root: schema, "\(path).schema.openAPIV3Schema")
            errors.add(rules.errors)
            checkColumns(version, path, &errors)
            checkScale(version["subresources"]?["scale"], "\(path).subresources.scale", &errors)
        }
    }

    private static func checkColumns(_ version: Value, _ path: String, _ errors: inout FieldErrors) {
        for (index, column) in (version["additionalPrinterColumns"]?.array ?? []).enumerated() {
            let place = "\(path).additionalPrinterColumns[\(index)]"
            if let type = column["type"], !PrinterColumn.types.contains(type.string ?? "") {
                errors.notSupported("\(place).type", type, PrinterColumn.types)
            }
            guard let text = column["jsonPath"]?.string, !text.isEmpty else {
                errors.required("\(place).jsonPath")
                continue
            }
            if FieldPath(text) == nil {
                errors.invalid("\(place).jsonPath", .string(text), "must be a simple json path with leading .")
            }
        }
    }

    private static func checkScale(_ scale: Value?, _ path: String, _ errors: inout FieldErrors) {
        guard let scale else { return }
        for (field, root) in [("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")] {
            let text = scale[field]?.string ?? ""
            if text.isEmpty {
                errors.required("\(path).\(field)")
            } else if !text.hasPrefix(root) {
                errors.invalid("\(path).\(field)", .string(text), "should be a json path under \(root.dropLast())")
            }
        }
    }

    /// The scope and the group are part of where objects are stored.
    static func checkUpdate(_ new: Value, from old: Value, _ errors: inout FieldErrors) {
        for field in ["scope", "group"] where new["spec"]?[field] != old["spec"]?[field] {
            errors.invalid("spec.\(field)", new["spec"]?[field] ?? "", "field is immutable")
        }
        let names = new["spec"]?["versions"]?.array?.compactMap { $0["name"] } ?? []
        for version in old["status"]?["storedVersions"]?.array ?? [] where !names.contains(version) {
            errors.invalid(
                "status.storedVersions", .array(old["status"]?["storedVersions"]?.array ?? []),
                "missing from spec.versions; \(version.string ?? "") was previously a storage version, and must remain in spec.versions until a "
                    + "storage migration ensures no data remains persisted in \(version.string ?? "") and removes it from status.storedVersions"
            )
        }
    }

    /// What the author should know: rules that are kept and do nothing here.
    static func warnings(_ object: Value) -> [String] {
        holdsExpressions(object["spec"] ?? .null)
            ? ["x-kubernetes-validations are stored, and not evaluated by this local cluster"] : []
    }

    private static func holdsExpressions(_ value: Value) -> Bool {
        switch value {
        case .object(let members):
            members.keys.contains("x-kubernetes-validations") || members.values.contains(where: holdsExpressions)
        case .array(let elements): elements.contains(where: holdsExpressions)
        case .null, .bool, .integer, .double, .string: false
        }
    }
}
