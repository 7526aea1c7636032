internal import Delivery
internal import Git
internal import Journal
internal import Logging

/// Sees to the commits that were asked for with a rollback: makes them when the way back is verified, and lifts the Hold when the commit is
/// what would come to the Environment next. What is under way stands in the Hold, so a restart goes on with it.
struct Reverter: Sendable {
    let maker: RevertMaker
    let mirror: Mirror
    let context: LaneContext
    /// The remote has something new.
    let pushed: @Sendable () -> Void
    let wake: @Sendable (_ environment: String) -> Void
    private let signal = WakeSignal()

    init(
        maker: RevertMaker, mirror: Mirror, context: LaneContext, pushed: @escaping @Sendable () -> Void,
        wake: @escaping @Sendable (_ environment: String) -> Void
    ) {
        self.maker = maker
        self.mirror = mirror
        self.context = context
        self.pushed = pushed
        self.wake = wake
    }

    /// Looks at once.
    func notify() { signal.set() }

    func run() async {
        while !Task.isCancelled {
            var isPending = true
            do {
                isPending = try await turn()
            } catch is CancellationError {
                return
            } catch {
                context.logger.error("rollbacks could not be committed; it is tried again", metadata: ["error": "\(error)"])
            }
            await signal.wait(atMost: isPending ? Limits.revertPoll : Limits.revertIdle)
        }
    }

    /// - Returns: whether anything is under way.
    func turn() async throws -> Bool {
        var isPending = false
        for state in try await context.journal.environments() {
            guard let revert = state.hold?.revert else { continue }
            if let cluster = try await context.policy(of: state.name)?.target.cluster, context.leadership.leader(cluster) != nil {
                continue
            }
            switch revert.step {
            case .failed: continue
            case .asked:
                isPending = true
                try await commit(state, revert)
            case .pushed(let commit):
                isPending = true
                try await lookForArrival(of: commit, in: state, revert)
            }
        }
        return isPending
    }

    private func commit(_ state: EnvironmentState, _ revert: Revert) async throws {
        let releases = try await context.journal.releases(environment: state.name, limit: 20)
        guard !releases.contains(where: { $0.phase.isActive }) else { return }
        guard let last = releases.first, last.phase == .verified || last.phase == .rolledBack, let bundle = state.verifiedBundle,
            let target = state.verifiedRevision
        else {
            return try await fail(state, revert, "the way back itself has not ended well, so nothing is committed")
        }
        let left = last.kind == .deploy ? last.revision : last.previousRevision
        let from = left == target ? releases.first { $0.kind == .deploy }?.revision : left
        let request = RevertMaker.Request(
            environment: state.name, bundle: bundle, target: target, from: from, release: last.id, revert: revert)
        let made: RevertMaker.Made
        do {
            made = try await maker.make(request)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A controller that stops is no answer of the remote; the next start goes on.
            try Task.checkCancellation()
            return try await fail(state, revert, "\(error)")
        }
        try await store(state.name, revert) {
            OperatorRequests.revertPushed($0, commit: "\(made.commit)", release: last.id, outcome: made.outcome, at: context.clock.now())
        }
        pushed()
    }

    private func lookForArrival(of commit: String, in state: EnvironmentState, _ revert: Revert) async throws {
        guard let id = CommitID(commit), let policy = try await context.policy(of: state.name) else { return }
        if case .failed(let message)? = try await context.journal.rendering(environment: state.name, revisionID: commit)?.outcome {
            return try await fail(state, revert, "commit \(id.short) is in the branch, and is left out here: \(message)")
        }
        guard case .found(let candidate) = try await context.candidate(for: policy), let next = CommitID(candidate.revision.id),
            try await mirror.holds(next), try await mirror.isAncestor(id, of: next)
        else { return }
        guard candidate.bundle == state.verifiedBundle else {
            return try await fail(
                state, revert,
                "commit \(id.short) brought the branch back, and it has moved on: \(candidate.revision.short) renders to something else than what runs, so the hold stays. If that may come: slipway resume \(state.name)"
            )
        }
        try await store(state.name, revert) {
            OperatorRequests.revertArrived($0, commit: commit, revision: candidate.revision, at: context.clock.now())
        }
    }

    private func fail(_ state: EnvironmentState, _ revert: Revert, _ why: String) async throws {
        let message = String(why.prefix(Limits.errorCharacters))
        try await store(state.name, revert) { OperatorRequests.revertFailed($0, message, at: context.clock.now()) }
    }

    /// Only over what was looked at: who resumes or rolls back again meanwhile has the last word.
    private func store(_ name: String, _ revert: Revert, _ change: (EnvironmentState) -> StateChange) async throws {
        for attempt in 1...Limits.looksAgain {
            guard let state = try await context.journal.environment(name), state.hold?.revert == revert else { return }
            let change = change(state)
            do throws(JournalError) {
                try await context.journal.commit(change)
            } catch {
                guard error.code == .stale || error.code == .conflict, attempt < Limits.looksAgain else { throw error }
                continue
            }
            context.metrics.stored(change)
            for entry in change.audit {
                context.logger.info("\(entry.action)", metadata: ["environment": "\(name)", "outcome": "\(entry.outcome)"])
            }
            wake(name)
            return
        }
    }
}
