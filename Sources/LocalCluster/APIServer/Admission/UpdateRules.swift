internal import Manifests

/// What may not change once an object exists.
enum UpdateRules {
    private static let immutable = "field is immutable"

    static func check(_ new: Value, from old: Value, _ type: ResourceType, _ errors: inout FieldErrors) {
        switch type {
        case .deployments, .replicaSets, .daemonSets:
            same(new, old, ["spec", "selector"], &errors)
        case .statefulSets:
            checkStatefulSet(new, old, &errors)
        case .jobs:
            checkJob(new, old, &errors)
        case .pods:
            checkPod(new, old, &errors)
        case .services:
            let before = old["spec"]?["clusterIP"]
            let keepsType = new["spec"]?["type"] != "ExternalName" && old["spec"]?["type"] != "ExternalName"
            if let before, before != "", keepsType { same(new, old, ["spec", "clusterIP"], &errors) }
        case .secrets:
            same(new, old, ["type"], &errors)
            checkFrozen(new, old, ["data"], &errors)
        case .configMaps:
            checkFrozen(new, old, ["data", "binaryData"], &errors)
        case .roleBindings, .clusterRoleBindings:
            if new["roleRef"] != old["roleRef"] { errors.invalid("roleRef", new["roleRef"] ?? [:], "cannot change roleRef") }
        case .customResourceDefinitions:
            DefinitionRules.checkUpdate(new, from: old, &errors)
        case .persistentVolumeClaims:
            checkClaim(new, old, &errors)
        case .priorityClasses:
            if new["value"] != old["value"] { errors.forbidden("value", "may not be changed in an update.") }
            same(new, old, ["preemptionPolicy"], &errors)
        case .storageClasses:
            for field in ["parameters", "provisioner", "reclaimPolicy"] where new[field] != old[field] {
                errors.forbidden(field, "updates to \(field) are forbidden.")
            }
            same(new, old, ["volumeBindingMode"], &errors)
        case .ingressClasses:
            same(new, old, ["spec", "controller"], &errors)
        default:
            break
        }
    }

    private static func same(_ new: Value, _ old: Value, _ path: [String], _ errors: inout FieldErrors) {
        guard new.at(path) != old.at(path) else { return }
        errors.invalid(path.joined(separator: "."), new.at(path) ?? .null, immutable)
    }

    private static func checkFrozen(_ new: Value, _ old: Value, _ fields: [String], _ errors: inout FieldErrors) {
        guard old["immutable"]?.bool == true else { return }
        if new["immutable"]?.bool != true { errors.forbidden("immutable", "field is immutable when `immutable` is set") }
        for field in fields where new[field] != old[field] { errors.forbidden(field, "field is immutable when `immutable` is set") }
    }

    private static func checkStatefulSet(_ new: Value, _ old: Value, _ errors: inout FieldErrors) {
        let changeable: Set = [
            "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ]
        let fields = Set(new["spec"]?.object?.keys ?? []).union(old["spec"]?.object?.keys ?? [])
        if fields.contains(where: { !changeable.contains($0) && new["spec"]?[$0] != old["spec"]?[$0] }) {
            let names = changeable.sorted().map { "'\($0)'" }.joined(separator: ", ")
            errors.forbidden("spec", "updates to statefulset spec for fields other than \(names) are forbidden")
        }
    }

    /// Images, deadlines and tolerations may change; the controllers may place a Pod on a node.
    private static func checkPod(_ new: Value, _ old: Value, _ errors: inout FieldErrors) {
        func fixed(_ pod: Value) -> Value {
            var spec = pod["spec"] ?? [:]
            for list in ["containers", "initContainers"] {
                spec.editItems([list]) { container in
                    container["image"] = nil
                    container["imagePullPolicy"] = nil
                }
            }
            for field in [
                "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "ephemeralContainers", "schedulingGates",
            ] {
                spec[field] = nil
            }
            if (old["spec"]?["nodeName"]?.string ?? "").isEmpty { spec["nodeName"] = nil }
            return spec
        }
        guard fixed(new) != fixed(old) else { return }
        errors.forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
    }

    private static func checkJob(_ new: Value, _ old: Value, _ errors: inout FieldErrors) {
        for field in ["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
            same(new, old, ["spec", field], &errors)
        }
        checkCompletions(new, old, &errors)
        // Where Pods may go can be said until the first one was made (KEP-2926).
        let isWaiting = old["spec"]?["suspend"]?.bool == true && old["status"]?["startTime"] == nil
        func fixed(_ job: Value) -> Value? {
            guard isWaiting, var template = job["spec"]?["template"] else { return job["spec"]?["template"] }
            for field in ["annotations", "labels"] { template["metadata", field] = nil }
            for field in ["nodeSelector", "affinity", "tolerations", "schedulingGates"] { template["spec", field] = nil }
            return template
        }
        guard fixed(new) != fixed(old) else { return }
        errors.invalid("spec.template", new["spec"]?["template"] ?? .null, immutable)
    }

    /// An indexed Job may grow and shrink together with its parallelism (KEP-3715).
    private static func checkCompletions(_ new: Value, _ old: Value, _ errors: inout FieldErrors) {
        guard new["spec"]?["completionMode"] == "Indexed" else { return same(new, old, ["spec", "completions"], &errors) }
        let (wanted, parallelism) = (new["spec"]?["completions"], new["spec"]?["parallelism"])
        if wanted == old["spec"]?["completions"] || (wanted == parallelism && parallelism != old["spec"]?["parallelism"]) { return }
        errors.invalid("spec.completions", wanted ?? .null, "can only be modified in tandem with spec.parallelism")
    }

    /// A claim that is bound may ask for another size, and only growth is a wish that can be granted.
    private static func checkClaim(_ new: Value, _ old: Value, _ errors: inout FieldErrors) {
        let isBound = old["status"]?["phase"] == "Bound"
        let size = ["spec", "resources", "requests", "storage"]
        func fixed(_ claim: Value) -> Value {
            var claim = claim
            if isBound { claim.set(size, to: nil) }
            if old["spec"]?["volumeName"] == nil { claim["spec", "volumeName"] = nil }
            if isBound { claim["spec", "volumeAttributesClassName"] = nil }
            return claim["spec"] ?? [:]
        }
        if fixed(new) != fixed(old) {
            errors.forbidden(
                "spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")
        }
        guard let wanted = amount(new.at(size)), let before = amount(old.at(size)), wanted < before else { return }
        let capacity = amount(old.at(["status", "capacity", "storage"])) ?? before
        if wanted <= capacity { errors.forbidden(size.joined(separator: "."), "field can not be less than status.capacity") }
    }

    private static func amount(_ value: Value?) -> ResourceQuantity? { value?.string.flatMap { ResourceQuantity($0) } }
}
