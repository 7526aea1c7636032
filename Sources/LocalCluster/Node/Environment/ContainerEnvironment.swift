package import Manifests

/// The variables of a container, in the order in which Kubernetes lets later ones win: Services, `envFrom`, `env`.
package enum ContainerEnvironment {
    package static func resolve(_ container: Value, _ facts: PodFacts) throws(NodeError) -> [String: String] {
        var variables: [String: String] = [:]
        if facts.pod["spec", "enableServiceLinks"]?.bool ?? true { addServices(facts, &variables) }
        for source in container["envFrom"]?.array ?? [] { try addAll(source, facts, &variables) }
        for entry in container["env"]?.array ?? [] {
            guard let name = entry["name"]?.string else { continue }
            if let reference = entry["valueFrom"], !reference.isNull {
                if let value = try value(of: reference, container, facts) { variables[name] = value }
            } else {
                variables[name] = VariableExpansion.expand(entry["value"]?.string ?? "", with: variables)
            }
        }
        return variables
    }

    private static func value(of reference: Value, _ container: Value, _ facts: PodFacts) throws(NodeError) -> String? {
        if let field = reference["fieldRef"] { return try facts.field(field["fieldPath"]?.string ?? "") }
        if let resource = reference["resourceFieldRef"] { return try facts.resource(resource, container: container) }
        if let key = reference["configMapKeyRef"] {
            return try keyed(key, "configmap", "ConfigMap", facts.namespace, facts.configMap) { data, key in data["data"]?[key]?.string }
        }
        if let key = reference["secretKeyRef"] {
            return try keyed(key, "secret", "Secret", facts.namespace, facts.secret) { data, key in
                data["data"]?[key]?.string.flatMap(Base64.decode).map { String(decoding: $0, as: UTF8.self) }
            }
        }
        throw NodeError(.badReference, "valueFrom names no source that is known")
    }

    /// - Returns: `nil` for an optional value that does not exist.
    private static func keyed(
        _ reference: Value, _ what: String, _ kind: String, _ namespace: String, _ get: (String) -> Value?,
        _ read: (Value, String) -> String?
    ) throws(NodeError) -> String? {
        let name = reference["name"]?.string ?? ""
        let key = reference["key"]?.string ?? ""
        let isOptional = reference["optional"]?.bool ?? false
        guard let object = get(name) else {
            if isOptional { return nil }
            throw NodeError(.missingConfiguration, "\(what) \"\(name)\" not found")
        }
        if let value = read(object, key) { return value }
        if isOptional { return nil }
        throw NodeError(.missingConfiguration, "couldn't find key \(key) in \(kind) \(namespace)/\(name)")
    }

    private static func addAll(_ source: Value, _ facts: PodFacts, _ variables: inout [String: String]) throws(NodeError) {
        let prefix = source["prefix"]?.string ?? ""
        for (field, what, get) in [("configMapRef", "configmap", facts.configMap), ("secretRef", "secret", facts.secret)] {
            guard let reference = source[field] else { continue }
            let name = reference["name"]?.string ?? ""
            guard let object = get(name) else {
                if reference["optional"]?.bool == true { continue }
                throw NodeError(.missingConfiguration, "\(what) \"\(name)\" not found")
            }
            for (key, value) in object["data"]?.object ?? [:] {
                guard let text = value.string else { continue }
                variables[prefix + key] =
                    what == "secret" ? Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? "" : text
            }
        }
    }

    private static func addServices(_ facts: PodFacts, _ variables: inout [String: String]) {
        for service in facts.services() {
            guard let name = service.name, let address = service["spec", "clusterIP"]?.string, !address.isEmpty, address != "None",
                let ports = service["spec", "ports"]?.array, let first = ports.first?["port"]?.integer
            else { continue }
            let prefix = variableName(name)
            variables["\(prefix)_SERVICE_HOST"] = address
            variables["\(prefix)_SERVICE_PORT"] = String(first)
            for port in ports {
                guard let portName = port["name"]?.string, let number = port["port"]?.integer else { continue }
                variables["\(prefix)_SERVICE_PORT_\(variableName(portName))"] = String(number)
            }
        }
    }

    private static func variableName(_ name: String) -> String { String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 }) }
}
