internal import Manifests

extension InventoryClaim {
    /// Whether a person has given this inventory away.
    static func isOffered(_ inventory: Value) -> Bool { inventory.annotations?[SlipwayLabel.adopt]?.string == "enabled" }

    /// Throws when this inventory must not be written by us.
    func require(on inventory: Value, id: ObjectIdentity, client: KubernetesClient) async throws(KubernetesError) {
        let old = InventoryClaim(inventory)
        switch verdict(on: old) {
        case .mine: return
        case .foreign(let other):
            if Self.isOffered(inventory) { return }
            throw KubernetesError(
                .refused,
                "\(id) was written by another controller, whose journal has the key \(other)\(old.term.map { " (\($0.holder))" } ?? ""); this one has \(controller ?? "none"). Nothing is changed. If that controller is gone for good: kubectl annotate -n \(id.namespace) configmap \(id.name) \(SlipwayLabel.adopt)=enabled",
                object: id)
        case .behind(let theirs):
            if Self.isOffered(inventory) { return }
            throw KubernetesError(
                .refused,
                "\(id) was written for release \(theirs), of which this controller's journal knows nothing: it is an older copy (the newest release here is \(release ?? 0)), so holds and quarantines may be missing in it. Nothing is changed. Start the controller that has the newer journal, or restore that; if it is lost for good: kubectl annotate -n \(id.namespace) configmap \(id.name) \(SlipwayLabel.adopt)=enabled",
                object: id)
        case .deposed(let later): throw deposed(later, id)
        case .otherLease(let other):
            // A lease that was deleted and made anew counts from 0 again. The lease that exists says who leads.
            guard let term, let live = try await client.lease(term.lease, deadline: client.limits.attemptDeadline),
                live.uid == term.leaseUID, live.holder == term.holder, live.transitions == term.generation
            else { throw deposed(other, id) }
            guard other.lease == term.lease || Self.isOffered(inventory) || controller == old.controller else {
                throw deposed(other, id)
            }
        }
    }

    private func deposed(_ later: LeaseTerm, _ id: ObjectIdentity) -> KubernetesError {
        KubernetesError(
            .notLeading,
            "\(id) was written by \(later.holder), which leads since transition \(later.generation) of \(later.lease); this controller does not lead any more. Nothing is changed",
            object: id)
    }
}
