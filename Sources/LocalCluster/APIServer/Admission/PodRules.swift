internal import Manifests

/// What a Pod's specification has to be, in a Pod or in a template.
enum PodRules {
    static func check(_ spec: Value, _ path: String, _ errors: inout FieldErrors) {
        var volumes: Set<String> = []
        for (index, volume) in (spec["volumes"]?.array ?? []).enumerated() {
            let here = "\(path).volumes[\(index)]"
            let name = volume["name"]?.string ?? ""
            if let complaint = NameRules.dnsLabel(name) { errors.invalid("\(here).name", .string(name), complaint) }
            if !volumes.insert(name).inserted { errors.duplicate("\(here).name", .string(name)) }
            let sources = (volume.object?.keys ?? []).filter { $0 != "name" }
            if sources.count > 1 { errors.forbidden("\(here).\(sources[1])", "may not specify more than 1 volume type") }
        }
        if (spec["containers"]?.array ?? []).isEmpty { errors.required("\(path).containers") }
        var names: Set<String> = []
        for list in ["initContainers", "containers"] {
            for (index, container) in (spec[list]?.array ?? []).enumerated() {
                let here = "\(path).\(list)[\(index)]"
                let name = container["name"]?.string ?? ""
                if let complaint = NameRules.dnsLabel(name) { errors.invalid("\(here).name", .string(name), complaint) }
                if !names.insert(name).inserted { errors.duplicate("\(here).name", .string(name)) }
                check(container: container, here, volumes, &errors)
            }
        }
        if let grace = spec["terminationGracePeriodSeconds"], let seconds = grace.integer, seconds < 0 {
            errors.invalid("\(path).terminationGracePeriodSeconds", grace, "must be greater than or equal to 0")
        }
        if let account = spec["serviceAccountName"]?.string, let complaint = NameRules.dnsSubdomain(account) {
            errors.invalid("\(path).serviceAccountName", .string(account), complaint)
        }
    }

    private static func check(container: Value, _ path: String, _ volumes: Set<String>, _ errors: inout FieldErrors) {
        if (container["image"]?.string ?? "").isEmpty { errors.required("\(path).image") }
        if let image = container["image"]?.string, image != image.trimmingSpaces {
            errors.invalid("\(path).image", .string(image), "must not have leading or trailing whitespace")
        }
        checkPorts(container, path, &errors)
        for (index, variable) in (container["env"]?.array ?? []).enumerated() {
            let name = variable["name"]?.string ?? ""
            if let complaint = NameRules.environmentName(name) { errors.invalid("\(path).env[\(index)].name", .string(name), complaint) }
            if variable["valueFrom"] != nil, variable["value"]?.string?.isEmpty == false {
                errors.invalid("\(path).env[\(index)].valueFrom", "", "may not be specified when `value` is not empty")
            }
        }
        var mounts: Set<String> = []
        for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
            let here = "\(path).volumeMounts[\(index)]"
            if let name = mount["name"]?.string, !volumes.contains(name) { errors.notFound("\(here).name", .string(name)) }
            if let place = mount["mountPath"]?.string, !mounts.insert(place).inserted {
                errors.invalid("\(here).mountPath", .string(place), "must be unique")
            }
        }
        checkResources(container["resources"], "\(path).resources", &errors)
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let value = container[probe] { check(probe: value, "\(path).\(probe)", isReadiness: probe == "readinessProbe", &errors) }
        }
    }

    private static func checkPorts(_ container: Value, _ path: String, _ errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, port) in (container["ports"]?.array ?? []).enumerated() {
            let here = "\(path).ports[\(index)]"
            if let number = port["containerPort"], !isPort(number) {
                errors.invalid("\(here).containerPort", number, "must be between 1 and 65535, inclusive")
            }
            guard let name = port["name"]?.string else { continue }
            if let complaint = NameRules.portName(name) { errors.invalid("\(here).name", .string(name), complaint) }
            if !names.insert(name).inserted { errors.duplicate("\(here).name", .string(name)) }
        }
    }

    private static func checkResources(_ resources: Value?, _ path: String, _ errors: inout FieldErrors) {
        for list in ["limits", "requests"] {
            for (name, amount) in resources?[list]?.object ?? Object() {
                guard let quantity = amount.string.flatMap(ResourceQuantity.init) else { continue }
                if quantity.isNegative { errors.invalid("\(path).\(list)[\(name)]", amount, "must be greater than or equal to 0") }
                guard list == "requests", let limit = resources?["limits"]?[name]?.string.flatMap(ResourceQuantity.init), quantity > limit
                else { continue }
                errors.invalid("\(path).requests", amount, "must be less than or equal to \(name) limit of \(limit.canonical)")
            }
        }
    }

    private static func check(probe: Value, _ path: String, isReadiness: Bool, _ errors: inout FieldErrors) {
        let handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter { probe[$0] != nil }
        if handlers.isEmpty { errors.required(path, "must specify a handler type") }
        if handlers.count > 1 { errors.forbidden("\(path).\(handlers[1])", "may not specify more than 1 handler type") }
        for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
            if let value = probe[field], let number = value.integer, number < 0 {
                errors.invalid("\(path).\(field)", value, "must be greater than or equal to 0")
            }
        }
        if !isReadiness, let threshold = probe["successThreshold"], threshold != 1 {
            errors.invalid("\(path).successThreshold", threshold, "must be 1")
        }
    }

    static func isPort(_ value: Value) -> Bool { value.integer.map { (1...65_535).contains($0) } ?? false }
}
