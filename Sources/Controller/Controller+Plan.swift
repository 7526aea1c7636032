package import Delivery
internal import Journal
internal import Kubernetes
package import Manifests

/// What would change, for `slipway diff` and for approvers. Nothing is changed by looking.
package struct PlanView: Sendable {
    package var environment: String
    package var revision: Revision
    package var bundle: String
    package var planHash: String
    package var changes: [ObjectChange]
    /// The plan of a Release that waits, of the newest candidate, or of the verified Bundle (drift).
    package var subject: String
}

extension Controller {
    package func plan(_ name: String, by actor: Actor) async throws -> PlanView {
        try await authorize(actor, .read, environment: name)
        let state = try await state(of: name)
        guard let policy = try await policy(of: name) else {
            throw RequestRefused(.notPossible, "no usable environment.yaml of \(name) has been seen yet. Look: slipway status \(name)")
        }
        let (bundle, revision, subject) = try await planned(state, policy: policy)
        guard let objects = try await journal.bundleObjects(bundle) else {
            throw ControllerError(.journal, "bundle \(bundle.prefix(12)) is not in the journal")
        }
        let changes = try await context.applier(for: policy).plan(objects)
        return PlanView(
            environment: name, revision: revision, bundle: bundle, planHash: Preflight.planHash(of: changes, bundle: bundle),
            changes: changes, subject: subject)
    }

    private func planned(_ state: EnvironmentState, policy: EnvironmentPolicy) async throws -> (String, Revision, String) {
        if let active = try await activeRelease(of: state.name) {
            return (active.targetBundle, active.targetRevision, "release \(active.id), \(active.phase.rawValue)")
        }
        if state.hold == nil, case .found(let candidate) = try await context.candidate(for: policy),
            candidate.bundle != state.verifiedBundle
        {
            return (candidate.bundle, candidate.revision, "the newest candidate")
        }
        if let bundle = state.verifiedBundle, let revision = state.verifiedRevision {
            return (bundle, revision, "drift from the verified bundle")
        }
        throw RequestRefused(.notPossible, "nothing has been rendered for \(state.name) yet. Look: slipway status \(state.name)")
    }
}
