package import Delivery
internal import Foundation
internal import Journal

/// The commit that brings the branch back to what runs after a rollback.
extension Controller {
    /// Asks for it: of a rollback without it, or again. It is made by the controller that runs.
    package func revert(_ name: String, includingShared: Bool, by actor: Actor, reason: String) async throws {
        _ = try await revert([name], of: nil, includingShared, by: actor, reason: reason)
    }

    /// Those of a group that are held by a rollback, by one commit.
    ///
    /// - Returns: their names.
    package func revert(group: String, includingShared: Bool, by actor: Actor, reason: String) async throws -> [String] {
        let names = try await members(of: group, for: actor)
        return try await revert(names, of: group, includingShared, by: actor, reason: reason)
    }

    private func revert(
        _ names: [String], of group: String?, _ includesShared: Bool, by actor: Actor, reason: String
    ) async throws -> [String] {
        let asked = try await request(.rollBack, inAll: names, by: actor) {
            try requireRevertCommits()
            let now = clock.now()
            var revert = Revert(by: actor, reason: reason, at: now, includesShared: includesShared)
            var states: [(state: EnvironmentState, isOfRollback: Bool)] = []
            for name in names {
                let state = try await state(of: name)
                states.append((state, try await isOfRollback(state.hold, of: name)))
            }
            // Who was resumed, or has its commit, is left out; when that is all of them, it is said of the first.
            let open = states.filter { $0.isOfRollback && $0.state.hold?.revert?.isPushed != true }
            if !open.isEmpty { states = open }
            if let group { revert.group = .init(name: group, members: states.map(\.state.name)) }
            var change = StateChange()
            for (state, isOfRollback) in states {
                change = change + (try OperatorRequests.askRevert(state, revert, isOfRollback: isOfRollback, at: now))
            }
            try await store(change, in: states[0].state.name)
            return states.map(\.state.name)
        }
        reverter?.notify()
        return asked
    }

    /// - Throws: `RequestRefused` when nothing is of that group.
    func members(of group: String, for actor: Actor) async throws -> [String] {
        let names = try await context.members(of: group, besides: "").map(\.name)
        guard !names.isEmpty else {
            try await authorize(actor, .read, environment: nil)
            throw RequestRefused(.notFound, "no environment is of a group \"\(group)\". Look at promotion.group in environment.yaml")
        }
        return names
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
