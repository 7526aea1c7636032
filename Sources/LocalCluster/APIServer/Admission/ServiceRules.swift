internal import Manifests

enum ServiceRules {
    static func check(_ object: Value, _ errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let ports = spec["ports"]?.array ?? []
        let isHeadless = spec["clusterIP"] == "None"
        if spec["type"] == "ExternalName" {
            if (spec["externalName"]?.string ?? "").isEmpty { errors.required("spec.externalName") }
        } else if ports.isEmpty, !isHeadless {
            errors.required("spec.ports")
        }
        if isHeadless, let type = spec["type"], type != "ClusterIP" {
            errors.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type.string ?? "these") services")
        }
        MetadataRules.checkLabels(spec["selector"], "spec.selector", &errors)
        var names: Set<String> = []
        var places: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port["name"]?.string ?? ""
            if name.isEmpty {
                if ports.count > 1 { errors.required("\(path).name") }
            } else {
                if let complaint = NameRules.dnsLabel(name) { errors.invalid("\(path).name", .string(name), complaint) }
                if !names.insert(name).inserted { errors.duplicate("\(path).name", .string(name)) }
            }
            if let number = port["port"], !PodRules.isPort(number) {
                errors.invalid("\(path).port", number, "must be between 1 and 65535, inclusive")
            }
            if let target = port["targetPort"] { checkTarget(target, "\(path).targetPort", &errors) }
            let place = "\(port["protocol"]?.string ?? "TCP")/\(port["port"]?.integer ?? 0)"
            if !places.insert(place).inserted { errors.duplicate(path, port) }
        }
    }

    private static func checkTarget(_ target: Value, _ path: String, _ errors: inout FieldErrors) {
        if let name = target.string {
            if let complaint = NameRules.portName(name) { errors.invalid(path, target, complaint) }
        } else if !PodRules.isPort(target) {
            errors.invalid(path, target, "must be between 1 and 65535, inclusive")
        }
    }
}
