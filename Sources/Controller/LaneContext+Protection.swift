internal import Delivery
internal import Journal

/// What the operator asks for beside an Environment's own policy.
extension LaneContext {
    /// The policy as it counts for one Release: with the approvals that its change needs.
    func policy(_ policy: EnvironmentPolicy, for release: Release) async throws -> EnvironmentPolicy {
        guard let protection, release.kind == .deploy else { return policy }
        let verified = try await journal.environment(policy.name)?.verifiedRevision
        return try await protection.asking(policy, of: release.revision, since: verified)
    }

    /// A Revision that changes no object moves on without a Release, and so without an approval. One that touches what is protected, such as
    /// a hook, gets a Release all the same.
    func guarded(
        _ decision: Admission.Decision, _ candidate: Admission.Candidate?, in environment: EnvironmentState, last: Release?
    ) async throws -> Admission.Decision {
        guard case .advance = decision, let candidate, let protection,
            !(try await protection.touched(in: environment.name, by: candidate.revision, since: environment.verifiedRevision)).isEmpty
        else { return decision }
        if let last, last.revision.id == candidate.revision.id, last.bundle == candidate.bundle, !last.phase.isActive {
            return .nothing(
                reason:
                    "\(candidate.revision.short) touches protected paths and release \(last.id) of it ended as \(last.phase.rawValue); to try again: \(last.phase == .failed ? "slipway retry \(environment.name)" : "slipway deploy \(environment.name) --force --reason WHY")"
            )
        }
        return .release(superseding: nil)
    }
}
