package import Delivery
internal import Foundation
internal import Journal

/// The commit that brings the branch back to what runs after a rollback.
extension Controller {
    /// Asks for it: of a rollback without it, or again. It is made by the controller that runs.
    package func revert(_ name: String, includingShared: Bool, by actor: Actor, reason: String) async throws {
        try await authorize(actor, .rollBack, environment: name)
        try await requireLeading(name)
        try requireRevertCommits()
        try await lookingAgain {
            let state = try await state(of: name)
            let now = clock.now()
            let revert = Revert(by: actor, reason: reason, at: now, includesShared: includingShared)
            let isOfRollback = try await isOfRollback(state.hold, of: name)
            try await store(try OperatorRequests.askRevert(state, revert, isOfRollback: isOfRollback, at: now), in: name)
        }
        reverter?.notify()
    }

    /// What makes a commit impossible is said before anything begins.
    func requireRevertCommits() throws(RequestRefused) {
        let key = configuration.repository.revertCommits.signingKeyFile
        if configuration.repository.commits.signatures != nil, key == nil {
            throw RequestRefused(
                .notPossible,
                "commits need signatures here (repository.commits.require), and the controller has no key to sign with. Set repository.revertCommits.signingKeyFile, or roll back without --commit and revert by hand"
            )
        }
        if let key, !FileManager.default.isReadableFile(atPath: key) {
            throw RequestRefused(
                .notPossible, "\(key) (repository.revertCommits.signingKeyFile) cannot be read, so no commit can be signed")
        }
    }

    private func isOfRollback(_ hold: Hold?, of name: String) async throws -> Bool {
        guard let hold else { return false }
        if hold.release != nil { return true }
        // A way back by hand sets its Hold in the same moment.
        return try await journal.releases(environment: name, limit: Limits.historyDepth).contains {
            $0.kind == .rollback && $0.createdAt == hold.since
        }
    }
}
