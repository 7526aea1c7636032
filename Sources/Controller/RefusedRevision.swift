internal import Delivery
internal import Journal

/// What a refused head leaves behind: it was seen, it is shown with the reason, and nothing deploys it.
enum RefusedRevision {
    /// It stands beside the renderings that failed, without a Bundle: no request can name anything to deploy, forced or not.
    static func change(
        _ revision: Revision, of environments: [String], because message: String, keepingBundles: Bool, in journal: Journal,
        at now: Timestamp
    ) async throws -> (renderings: [StoredRendering], audit: StateChange) {
        let outcome = StoredRendering.Outcome.failed(message: String(message.prefix(Limits.errorCharacters)))
        var renderings: [StoredRendering] = []
        var isNew = environments.isEmpty
        for name in environments {
            let known = try await journal.rendering(environment: name, revisionID: revision.id)?.outcome
            if known != outcome { isNew = true }
            if keepingBundles, case .bundle? = known { continue }
            renderings.append(StoredRendering(environment: name, revision: revision, outcome: outcome, at: now))
        }
        // A restart looks at it again; it is said once.
        guard isNew else { return (renderings, StateChange()) }
        let entry = AuditDraft(
            at: now, actor: .controller, action: "commit.refused", revision: revision.id,
            reason: String(message.prefix(Limits.reasonCharacters)),
            outcome: "refused")
        return (renderings, StateChange(audit: [entry]))
    }
}
