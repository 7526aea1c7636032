import HTTPTransport
import Kubernetes
import Manifests

/// Server-side apply with mappings as the unit of ownership: every leaf below them has owners, and a list is one leaf.
extension FakeAPIServer.State {
    mutating func apply(_ target: Target, _ request: HTTPRequest, _ query: [String: String]) -> HTTPResponse {
        guard let wanted = try? JSON.parse(request.body ?? []) else { return Self.failure(400, "BadRequest", "no object") }
        if let refusal = missingNamespace(target) { return refusal }
        if let bad = wanted["data"]?["invalid"]?.string {
            let cause: Value = ["field": "data.invalid", "reason": "FieldValueInvalid", "message": .string("Invalid value: \(bad)")]
            return Self.failure(422, "Invalid", "\(target.kind.kind) is invalid: data.invalid: Invalid value: \(bad)", causes: [cause])
        }
        let manager = query["fieldManager"] ?? ""
        let live = objects[target.path]
        if let fixed = live?["spec"]?["clusterIP"], let new = wanted["spec"]?["clusterIP"], fixed != new {
            let cause: Value = [
                "field": "spec.clusterIP", "reason": "FieldValueInvalid",
                "message": .string("Invalid value: \(JSON.string(new)): may not change once set"),
            ]
            return Self.failure(
                422, "Invalid", "Service \"\(target.name ?? "")\" is invalid: spec.clusterIP: may not change once set", causes: [cause])
        }
        let leaves = Self.leaves(wanted)
        var owners = owned[target.path] ?? [:]
        var conflicts: [Value] = []
        for (field, value) in leaves {
            for (other, fields) in owners where other != manager {
                guard let theirs = fields[field], theirs != value else { continue }
                if query["force"] == "true" {
                    owners[other]?[field] = nil
                } else {
                    conflicts.append([
                        "reason": "FieldManagerConflict", "field": .string("." + field.joined(separator: ".")),
                        "message": .string("conflict with \"\(other)\" using v1"),
                    ])
                }
            }
        }
        if !conflicts.isEmpty {
            return Self.failure(409, "Conflict", "Apply failed with \(conflicts.count) conflict", causes: conflicts)
        }
        var result = live ?? wanted
        for (field, value) in leaves { result.set(field, to: value) }
        for field in (owners[manager] ?? [:]).keys where leaves[field] == nil {
            let isShared = owners.contains { $0.key != manager && $0.value[field] != nil }
            if !isShared { result.set(field, to: nil) }
        }
        owners[manager] = leaves
        if target.kind.kind == "Deployment", result["spec"]?["replicas"] == nil { result["spec", "replicas"] = 1 }
        if live == nil || result != live { stamp(&result, over: live, path: target.path) }
        if query["dryRun"] == nil {
            objects[target.path] = result
            owned[target.path] = owners
            if target.kind.kind == "CustomResourceDefinition" { serve(result) }
        }
        return Self.ok(result)
    }

    private mutating func serve(_ definition: Value) {
        guard let group = definition["spec"]?["group"]?.string, let kind = definition["spec"]?["names"]?["kind"]?.string,
            let plural = definition["spec"]?["names"]?["plural"]?.string
        else { return }
        kinds.append(
            FakeAPIServer.Kind(
                group: group, version: "v1", kind: kind, plural: plural, isNamespaced: definition["spec"]?["scope"]?.string == "Namespaced")
        )
    }

    static func leaves(_ object: Value) -> [[String]: Value] {
        var found: [[String]: Value] = [:]
        func walk(_ value: Value, _ path: [String]) {
            if case .object(let members) = value {
                for (key, member) in members { walk(member, path + [key]) }
            } else {
                found[path] = value
            }
        }
        walk(object, [])
        for field in ["uid", "resourceVersion", "generation", "name", "namespace"] { found[["metadata", field]] = nil }
        found[["kind"]] = nil
        found[["apiVersion"]] = nil
        return found.filter { $0.key.first != "status" }
    }
}

extension FakeAPIServer.State {
    func discovery(_ path: String) -> Value {
        if path == "/version" { return ["gitVersion": "v1.31.0"] }
        let isCore = path == "/api"
        let groups = Set(kinds.filter { $0.group.isEmpty == isCore }.map(\.group)).sorted()
        if isPlainDiscovery {
            if isCore { return ["kind": "APIVersions", "versions": ["v1"]] }
            let list = groups.map { group -> Value in
                let versions = Set(kinds.filter { $0.group == group }.map(\.version)).sorted()
                return [
                    "name": .string(group),
                    "versions": .array(versions.map { ["groupVersion": .string("\(group)/\($0)"), "version": .string($0)] }),
                ]
            }
            return ["kind": "APIGroupList", "groups": .array(list)]
        }
        let items = groups.map { group -> Value in
            let versions = Set(kinds.filter { $0.group == group }.map(\.version)).sorted().map { version -> Value in
                let resources = kinds.filter { $0.group == group && $0.version == version }.map { kind -> Value in
                    [
                        "resource": .string(kind.plural), "responseKind": ["kind": .string(kind.kind)],
                        "scope": kind.isNamespaced ? "Namespaced" : "Cluster", "verbs": ["get", "list"],
                    ]
                }
                return ["version": .string(version), "resources": .array(resources)]
            }
            return ["metadata": ["name": .string(group)], "versions": .array(versions)]
        }
        return ["kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": .array(items)]
    }

    func resourceList(_ path: String) -> Value? {
        let parts = path.split(separator: "/").map(String.init)
        let (group, version): (String, String)
        switch (parts.first, parts.count) {
        case ("api", 2): (group, version) = ("", parts[1])
        case ("apis", 3): (group, version) = (parts[1], parts[2])
        default: return nil
        }
        let resources = kinds.filter { $0.group == group && $0.version == version }.map { kind -> Value in
            ["name": .string(kind.plural), "kind": .string(kind.kind), "namespaced": .bool(kind.isNamespaced), "verbs": ["get"]]
        }
        return ["kind": "APIResourceList", "resources": .array(resources)]
    }
}
