internal import Manifests

/// Where a Pod names its ConfigMaps and Secrets.
enum PodReferences {
    /// The Pod template's spec with other names for them.
    static func renaming(_ spec: Value, _ name: (_ kind: String, _ name: String) -> String) -> Value {
        var spec = spec
        func rename(_ kind: String, _ value: inout Value, _ path: [String]) {
            guard let old = path.reduce(Optional(value), { $0?[$1] })?.string else { return }
            let new = name(kind, old)
            if new != old { value.set(path, to: .string(new)) }
        }
        for list in ["initContainers", "containers"] {
            each(&spec, [list]) { container in
                each(&container, ["env"]) { variable in
                    rename("ConfigMap", &variable, ["valueFrom", "configMapKeyRef", "name"])
                    rename("Secret", &variable, ["valueFrom", "secretKeyRef", "name"])
                }
                each(&container, ["envFrom"]) { source in
                    rename("ConfigMap", &source, ["configMapRef", "name"])
                    rename("Secret", &source, ["secretRef", "name"])
                }
            }
        }
        each(&spec, ["volumes"]) { volume in
            rename("ConfigMap", &volume, ["configMap", "name"])
            rename("Secret", &volume, ["secret", "secretName"])
            rename("Secret", &volume, ["csi", "nodePublishSecretRef", "name"])
            each(&volume, ["projected", "sources"]) { source in
                rename("ConfigMap", &source, ["configMap", "name"])
                rename("Secret", &source, ["secret", "name"])
            }
        }
        each(&spec, ["imagePullSecrets"]) { secret in rename("Secret", &secret, ["name"]) }
        return spec
    }

    private static func each(_ value: inout Value, _ path: [String], _ edit: (inout Value) -> Void) {
        guard let list = path.reduce(Optional(value), { $0?[$1] })?.array else { return }
        let edited = list.map { element in
            var element = element
            edit(&element)
            return element
        }
        if edited != list { value.set(path, to: .array(edited)) }
    }
}
