package import Delivery
package import Manifests

/// The checks of a plan that need no cluster of their own. Pure.
package enum Preflight {
    /// The hash that an approver approves: which objects change, how, and into what Bundle.
    package static func planHash(of changes: [ObjectChange], bundle: String) -> String {
        var lines = ["bundle \(bundle)"]
        for change in changes.sorted(by: { $0.identity < $1.identity }) where change.action != .unchanged {
            lines.append("\(change.action.rawValue) \(change.identity)")
            lines += change.fields.map { "  \($0)" }.sorted()
        }
        return SHA256.hex(Array(lines.joined(separator: "\n").utf8))
    }

    /// The first thing about the plan that must not reach a cluster.
    package static func failure(of changes: [ObjectChange], policy: EnvironmentPolicy) -> Failure? {
        let conflicts = changes.filter { $0.action == .conflict }
        if let first = conflicts.first {
            let values = first.fields.isEmpty ? "" : " (\(first.fields.prefix(3).map { "\($0)" }.joined(separator: ", ")))"
            let more = conflicts.count > 1 ? " (and \(conflicts.count - 1) more objects)" : ""
            return Failure(
                origin: .preflight,
                message:
                    "\(first.identity): \(first.note ?? "another field manager owns what would be changed")\(values)\(more). Set rollout.conflicts in environment.yaml to force or takeOver, or remove the field"
            )
        }
        let deletes = changes.filter { $0.action == .delete }
        let present = changes.filter { $0.action != .create }.count
        let percent = present == 0 ? 0 : deletes.count * 100 / present
        if deletes.count > policy.rollout.pruneMaxObjects || (percent > policy.rollout.pruneMaxPercent && deletes.count > 1) {
            let names = deletes.prefix(5).map { "\($0.identity)" }.joined(separator: ", ")
            return Failure(
                origin: .preflight,
                message:
                    "would delete \(deletes.count) of \(present) objects (\(names)\(deletes.count > 5 ? ", ..." : "")); the cap is \(policy.rollout.pruneMaxObjects) objects and \(policy.rollout.pruneMaxPercent) %. Raise rollout.prune in environment.yaml if this is meant"
            )
        }
        return nil
    }

    /// A Secret or ConfigMap that a Pod of the objects needs to start.
    package struct Requirement: Sendable, Hashable {
        package var kind: String
        package var name: String
        package var key: String?
        package var wantedBy: ObjectIdentity
    }

    /// What the Pods of `objects` need and `objects` do not bring: it must exist in the cluster before the first write.
    package static func externalRequirements(of objects: [Value]) -> [Requirement] {
        var provided: [String: Value] = [:]
        for object in objects {
            if let kind = object.kind, let name = object.name, kind == "Secret" || kind == "ConfigMap" {
                provided["\(kind)/\(name)"] = object
            }
        }
        var found: [Requirement] = []
        for object in objects {
            guard let identity = object.identity, let pod = podSpec(of: object) else { continue }
            for requirement in requirements(of: pod, wantedBy: identity) {
                if let present = provided["\(requirement.kind)/\(requirement.name)"] {
                    guard let key = requirement.key, !has(key, in: present) else { continue }
                }
                if !found.contains(requirement) { found.append(requirement) }
            }
        }
        return found
    }

    package static func has(_ key: String, in object: Value) -> Bool {
        object["data"]?[key] != nil || object["stringData"]?[key] != nil || object["binaryData"]?[key] != nil
    }

    private static func podSpec(of object: Value) -> Value? {
        switch object.kind {
        case "Pod": object["spec"]
        case "CronJob": object["spec", "jobTemplate", "spec", "template", "spec"]
        default: object["spec", "template", "spec"]
        }
    }

    private static func requirements(of pod: Value, wantedBy: ObjectIdentity) -> [Requirement] {
        var found: [Requirement] = []
        func add(_ kind: String, _ reference: Value?, nameKey: String = "name", keyed: Bool) {
            guard let reference, let name = reference[nameKey]?.string, reference["optional"]?.bool != true else { return }
            found.append(Requirement(kind: kind, name: name, key: keyed ? reference["key"]?.string : nil, wantedBy: wantedBy))
        }
        for container in (pod["initContainers"]?.array ?? []) + (pod["containers"]?.array ?? []) {
            for variable in container["env"]?.array ?? [] {
                add("Secret", variable["valueFrom", "secretKeyRef"], keyed: true)
                add("ConfigMap", variable["valueFrom", "configMapKeyRef"], keyed: true)
            }
            for source in container["envFrom"]?.array ?? [] {
                add("Secret", source["secretRef"], keyed: false)
                add("ConfigMap", source["configMapRef"], keyed: false)
            }
        }
        for volume in pod["volumes"]?.array ?? [] {
            add("Secret", volume["secret"], nameKey: "secretName", keyed: false)
            add("ConfigMap", volume["configMap"], keyed: false)
            for source in volume["projected", "sources"]?.array ?? [] {
                add("Secret", source["secret"], keyed: false)
                add("ConfigMap", source["configMap"], keyed: false)
            }
        }
        return found
    }
}
