internal import Manifests

/// Changes that an API server refuses because a field is fixed once the object exists: the template of a Job, the selector of a
/// Deployment, the address of a Service, most of a StatefulSet.
enum ImmutableFields {
    /// How API servers say so (`validation.FieldImmutableErrorMsg` and the messages of single kinds in `k8s.io/kubernetes/pkg/apis`).
    private static let phrases = [
        "field is immutable", "may not change once set", "may not be changed", "cannot be changed", "is immutable",
        "for fields other than", "may not change fields other than", "must not be changed",
    ]

    /// The fields in the way; `nil` when the refusal has another reason, or others as well.
    static func named(in error: KubernetesError, live: Value?) -> [String]? {
        guard case .invalid(let causes) = error.code, let live else { return nil }
        guard !causes.isEmpty else { return nil }
        // A Secret's refusal comes without its words, so there the fields have to tell.
        if live.group == "", live.kind == "ConfigMap" || live.kind == "Secret" {
            var fixed = live["immutable"]?.bool == true ? ["data", "binaryData", "stringData", "immutable"] : []
            if live.kind == "Secret" { fixed.append("type") }
            let fields = causes.map { String($0.field.prefix { $0 != "[" && $0 != "." }) }
            return fields.allSatisfy(fixed.contains) ? Array(Set(fields)).sorted() : nil
        }
        guard causes.allSatisfy({ cause in phrases.contains { cause.message.contains($0) } }) else { return nil }
        return causes.map { $0.field.isEmpty ? "a field" : $0.field }
    }

    /// Whether the object may be deleted and made anew. What holds data needs the word for deleting it as well.
    ///
    /// - Parameter live: given on a way back, where the annotation may have come with what is taken back, or by hand: it counts as well.
    static func mayReplace(_ desired: DesiredObject, live: Value? = nil) -> Bool {
        func isEnabled(_ name: String) -> Bool {
            ObjectAnnotations.isEnabled(name, on: desired.object) || live.map { ObjectAnnotations.isEnabled(name, on: $0) } ?? false
        }
        guard isEnabled(SlipwayLabel.replace) else { return false }
        return !EnvironmentApplier.neverPruned.contains(desired.id.groupKind) || isEnabled(SlipwayLabel.prune)
    }

    static func refusal(_ error: KubernetesError, of desired: DesiredObject, fields: [String]) -> KubernetesError {
        var told = error
        let also =
            EnvironmentApplier.neverPruned.contains(desired.id.groupKind)
            ? " and \(SlipwayLabel.prune): enabled, for its content goes with it" : ""
        told.message =
            "\(error.message). \(Set(fields).sorted().joined(separator: ", ")) cannot be changed on an object that exists: leave it as it was, give the object another name, or let it be deleted and made anew with the annotation \(SlipwayLabel.replace): enabled\(also)"
        return told
    }

    static func changes(_ fields: [String], live: Value?, ours: Value) -> [FieldChange] {
        let (live, ours) = (live.map { SecretRedaction.redacted($0) }, SecretRedaction.redacted(ours))
        return Set(fields).sorted().map { field in
            let path = ConflictPath.elements("." + field)
            return FieldChange(path: path, old: live?.value(at: path), new: ours.value(at: path))
        }
    }
}
