package import Manifests

/// Fields of a Bundle's objects that are somebody else's to write, by the Environment's policy.
package struct IgnoredFields: Sendable, Hashable {
    package var group: String?
    package var kind: String
    /// `nil`: all of the kind.
    package var name: String?
    package var fields: [JSONPointer]

    package init(group: String? = nil, kind: String, name: String? = nil, fields: [JSONPointer]) {
        self.group = group
        self.kind = kind
        self.name = name
        self.fields = fields
    }

    func matches(_ id: ObjectIdentity) -> Bool {
        id.kind == kind && (group == nil || id.group == group) && (name == nil || id.name == name)
    }
}

/// What in the objects belongs to others: the replicas of a workload with a HorizontalPodAutoscaler of the same set, and the fields that the
/// policy ignores.
///
/// Applying what the manifest says would undo their work, or conflict with it; leaving it out would reset a field that nobody wrote to yet. So
/// an ignored field that somebody else owns is left out, and otherwise the live value is applied. An object that does not exist yet is made as
/// the manifest has it.
struct FieldsOfOthers: Sendable {
    private var scaled: Set<ObjectIdentity> = []
    private let ignored: [IgnoredFields]
    private let whollyOurs: Set<ObjectIdentity>

    init(_ objects: [DesiredObject], _ settings: EnvironmentSettings) {
        self.init(objects, ignored: settings.ignored, whollyOurs: settings.whollyOurs)
    }

    init(_ objects: [DesiredObject], ignored: [IgnoredFields] = [], whollyOurs: Set<ObjectIdentity> = []) {
        self.ignored = ignored
        self.whollyOurs = whollyOurs
        for object in objects where object.id.group == "autoscaling" && object.id.kind == "HorizontalPodAutoscaler" {
            guard let target = object.object["spec"]?["scaleTargetRef"], let kind = target["kind"]?.string,
                let name = target["name"]?.string
            else { continue }
            scaled.insert(ObjectIdentity(group: target.group ?? "", kind: kind, namespace: object.id.namespace, name: name))
        }
    }

    func contains(_ id: ObjectIdentity) -> Bool { scaled.contains(id) || !rules(for: id).isEmpty }

    private func rules(for id: ObjectIdentity) -> [IgnoredFields] {
        whollyOurs.contains(id) ? [] : ignored.filter { $0.matches(id) }
    }

    /// The object as it is to be sent.
    func completed(_ desired: DesiredObject, live: Value?) -> Value {
        guard let live else { return desired.object }
        var object = desired.object
        // An autoscaler leaves a workload of 0 replicas alone, so there the manifest counts.
        if scaled.contains(desired.id), object["spec"]?["replicas"] != nil, let replicas = live["spec"]?["replicas"]?.integer, replicas > 0
        {
            object["spec", "replicas"] = .integer(replicas)
        }
        for rule in rules(for: desired.id) {
            for pointer in rule.fields where pointer.value(in: object) != nil {
                // Where somebody else owns the field it is theirs alone; to be an owner beside them would stand in their way.
                let path = pointer.steps.map { step in JSONPointer.index(step).map(PathElement.index) ?? .key(step) }
                let isTheirs = !FieldManagers.others(than: ApplyOptions().fieldManager, of: path, in: live).isEmpty
                pointer.replace(in: &object, with: isTheirs ? nil : pointer.value(in: live))
            }
        }
        return object
    }
}
