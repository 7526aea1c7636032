internal import Manifests

/// Whether an object that exists already may become this Environment's. Pure.
///
/// What the inventory names is ours, and so is what carries our label. Anything else was made by somebody else, and taking it over lets a
/// later prune delete it: that needs somebody's word, in `environment.yaml` or on the object.
struct Adoption: Sendable {
    let settings: EnvironmentSettings
    let inventory: Inventory

    enum Verdict: Sendable, Hashable {
        case ours
        /// Not ours, and somebody said that it may be.
        case adopt
        case refuse
    }

    func verdict(on desired: DesiredObject, live: Value) -> Verdict {
        if inventory.entries[desired.id] != nil || live.labels?[SlipwayLabel.environment]?.string == settings.environment { return .ours }
        if isMadeByTheCluster(desired.id) { return .ours }
        return isPermitted(desired) ? .adopt : .refuse
    }

    /// Whether `live` has to be known before the apply, even without a label of ours.
    func mustLook(for desired: DesiredObject) -> Bool {
        inventory.entries[desired.id] == nil && !isMadeByTheCluster(desired.id) && !isPermitted(desired)
    }

    func refusal(of desired: DesiredObject, live: Value) -> KubernetesError {
        let managers = Set((live["metadata", "managedFields"]?.array ?? []).compactMap { $0["manager"]?.string }).sorted()
        let by = managers.isEmpty ? "" : " (its fields are managed by \(managers.prefix(5).joined(separator: ", ")))"
        return KubernetesError(
            .refused,
            "\(desired.id) exists already, and Environment \(settings.environment) did not make it\(by). To take it over: annotation \(SlipwayLabel.adopt): enabled on it, or rollout.adopt: true in environment.yaml; else give it another name",
            object: desired.id)
    }

    private func isPermitted(_ desired: DesiredObject) -> Bool {
        settings.adopt || desired.object.annotations?[SlipwayLabel.adopt]?.string == "enabled"
    }

    /// What is there in every namespace before anybody asks for it.
    private func isMadeByTheCluster(_ id: ObjectIdentity) -> Bool {
        guard id.group.isEmpty else { return false }
        return (id.kind == "Namespace" && id.name == settings.namespace) || (id.kind == "ServiceAccount" && id.name == "default")
    }
}
