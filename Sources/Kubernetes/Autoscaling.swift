internal import Manifests

/// Workloads whose number of replicas belongs to a HorizontalPodAutoscaler of the same set.
///
/// Applying the number in the manifest would undo the autoscaler's work, or conflict with it; leaving it out would reset a workload that
/// no autoscaler wrote to yet to one replica. So the live number is applied: it takes nothing from anybody.
struct Autoscaling: Sendable {
    private var targets: Set<ObjectIdentity> = []

    init(_ objects: [DesiredObject]) {
        for object in objects where object.id.group == "autoscaling" && object.id.kind == "HorizontalPodAutoscaler" {
            guard let target = object.object["spec"]?["scaleTargetRef"], let kind = target["kind"]?.string,
                let name = target["name"]?.string
            else { continue }
            targets.insert(ObjectIdentity(group: target.group ?? "", kind: kind, namespace: object.id.namespace, name: name))
        }
    }

    func contains(_ id: ObjectIdentity) -> Bool { targets.contains(id) }

    /// The object as it is to be sent. An autoscaler leaves a workload of 0 replicas alone, so there the manifest counts.
    func completed(_ desired: DesiredObject, live: Value?) -> Value {
        guard contains(desired.id), desired.object["spec"]?["replicas"] != nil, let replicas = live?["spec"]?["replicas"]?.integer,
            replicas > 0
        else { return desired.object }
        var object = desired.object
        object["spec", "replicas"] = .integer(replicas)
        return object
    }
}
