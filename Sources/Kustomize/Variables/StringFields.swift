import Manifests

/// Fields that Kubernetes declares as strings, where a variable that looks like a number must stay one.
enum StringFields {
    /// Mappings of strings to strings, wherever they stand.
    private static let mappings: Set<String> = ["labels", "annotations", "matchLabels", "nodeSelector"]
    /// Lists of strings.
    private static let lists: Set<String> = ["args", "command", "hosts", "values", "finalizers", "accessModes", "verbs", "resourceNames"]
    private static let scalars: Set<String> = [
        "apiVersion", "kind", "name", "namespace", "generateName", "image", "tag", "version", "host", "hostname", "path", "key", "type",
        "mountPath", "subPath", "schedule", "serviceAccountName", "serviceName", "storageClassName", "clusterIP", "loadBalancerIP",
        "externalName", "ingressClassName", "priorityClassName", "schedulerName", "volumeName", "secretName", "claimName",
    ]

    /// Whether what stands at the path of an object of this kind is a string by nature.
    static func contains(_ path: [PathElement], kind: String) -> Bool {
        guard case .key(let root)? = path.first else { return false }
        if root == "metadata" { return true }
        if isData(path, kind: kind) { return true }
        guard case .key(let last)? = path.last else { return isInList(path) }
        if scalars.contains(last) { return true }
        let parent = path.dropLast().last
        if case .key(let name)? = parent {
            if mappings.contains(name) { return true }
            if name == "selector", kind == "Service" || kind == "ReplicationController" { return true }
        }
        return last == "value" && isEnvironment(path)
    }

    /// The contents of a ConfigMap or a Secret.
    static func isData(_ path: [PathElement], kind: String) -> Bool {
        guard kind == "ConfigMap" || kind == "Secret", case .key(let root)? = path.first else { return false }
        return root == "data" || root == "stringData" || root == "binaryData"
    }

    private static func isInList(_ path: [PathElement]) -> Bool {
        guard case .key(let list)? = path.dropLast().last else { return false }
        return lists.contains(list)
    }

    /// `env[0].value`, but not the `value` of a PriorityClass, which is a number.
    private static func isEnvironment(_ path: [PathElement]) -> Bool {
        guard path.count >= 3, case .key("env") = path[path.count - 3] else { return false }
        return true
    }
}
