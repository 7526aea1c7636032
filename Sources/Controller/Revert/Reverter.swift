internal import Delivery
internal import Git
internal import Journal
internal import Logging

/// Sees to the commits that were asked for with a rollback: makes them when the way back is verified, and lifts the Hold when the commit is
/// what would come to the Environment next. What is under way stands in the Hold, so a restart goes on with it, and its end is the end of
/// this.
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
            var pause = Limits.revertIdle
            do {
                pause = try await turn()
            } catch is CancellationError {
                return
            } catch {
                context.logger.error("rollbacks could not be committed; it is tried again", metadata: ["error": "\(error)"])
            }
            await signal.wait(atMost: pause)
        }
    }

    /// - Returns: when to look again.
    func turn() async throws -> Duration {
        var pause = Limits.revertIdle
        let states = try await context.journal.environments()
        for state in states {
            guard let revert = state.hold?.revert else { continue }
            switch revert.step {
            case .failed: continue
            case .asked:
                var together = states.filter { $0.hold?.revert?.isOneCommit(with: revert) ?? false }
                if together.isEmpty { together = [state] }
                guard together[0].name == state.name, try await isLedHere(together) else { continue }
                pause = min(pause, try await commit(together, revert))
            case .pushed(let commit):
                guard try await isLedHere([state]) else { continue }
                pause = min(pause, Limits.revertPoll)
                try await lookForArrival(of: commit, in: state, revert)
            }
        }
        return pause
    }

    private func isLedHere(_ states: [EnvironmentState]) async throws -> Bool {
        for state in states {
            if let cluster = try await context.policy(of: state.name)?.target.cluster, context.leadership.leader(cluster) != nil {
                return false
            }
        }
        return true
    }

    // MARK: The commit

    /// - Returns: when to look again.
    private func commit(_ states: [EnvironmentState], _ revert: Revert) async throws -> Duration {
        let pause = Limits.revertPatience.pause(until: revert, from: context.clock.now())
        guard pause == .zero else { return min(pause, Limits.revertIdle) }
        var requests: [RevertMaker.Request] = []
        for state in states {
            // Each Revision that the Hold keeps out leaves one.
            let releases = try await context.journal.releases(environment: state.name, limit: Limits.historyDepth)
            let why: String
            switch WayBack(releases) {
            case .underWay: return Limits.revertPoll
            case .ended(let last):
                if let bundle = state.verifiedBundle, let target = state.verifiedRevision {
                    let left = last.kind == .deploy ? last.revision : last.previousRevision
                    let from = left == target ? releases.first { $0.kind == .deploy && $0.id < last.id }?.revision : left
                    requests.append(.init(environment: state.name, bundle: bundle, target: target, from: from, release: last.id))
                    continue
                }
                fallthrough
            case .failed: why = "the way back of \(state.name) has not ended well, so nothing is committed"
            case .overtaken(let release):
                why =
                    "release \(release.id) was deployed to \(state.name) over the rollback, so nothing is committed. Lift the hold when that is meant to stay: slipway resume \(state.name)"
            }
            try await obstruct(states, by: .init(why, isTransient: false))
            return Limits.revertPoll
        }
        return try await make(.init(requests: requests, revert: revert), for: states)
    }

    private func make(_ order: RevertMaker.Order, for states: [EnvironmentState]) async throws -> Duration {
        let made: RevertMaker.Made
        do {
            guard let answer = try await maker.make(order, isWanted: { try await isWanted(states) }) else { return Limits.revertPoll }
            made = answer
        } catch let error as JournalError {
            throw error
        } catch {
            // A controller that stops is no answer of the remote; the next start goes on.
            try Task.checkCancellation()
            try await obstruct(states, by: RevertObstacle(error))
            return Limits.revertPatience.first
        }
        let releases = Dictionary(order.requests.map { ($0.environment, $0.release) }) { first, _ in first }
        let stored = try await store(states) {
            OperatorRequests.revertPushed(
                $0, commit: "\(made.commit)", release: releases[$0.name] ?? nil, outcome: made.outcome, at: context.clock.now())
        }
        for state in states where !stored.environments.contains(where: { $0.name == state.name }) {
            // The hold ended while it was pushed. What was pushed is on record all the same.
            try await context.journal.commit(
                OperatorRequests.revertPushedTooLate(
                    state, order.revert, commit: "\(made.commit)", outcome: made.outcome, at: context.clock.now()))
        }
        pushed()
        return Limits.revertPoll
    }

    /// Who resumes, or rolls back again, while it is made does not want it any more.
    private func isWanted(_ states: [EnvironmentState]) async throws -> Bool {
        for state in states {
            let now = try await context.journal.environment(state.name)
            guard let now, now.hold?.revert == state.hold?.revert, now.verifiedBundle == state.verifiedBundle else { return false }
            guard case .ended = WayBack(try await context.journal.releases(environment: state.name, limit: Limits.historyDepth)) else {
                return false
            }
        }
        return true
    }

    private func obstruct(_ states: [EnvironmentState], by obstacle: RevertObstacle) async throws {
        let obstacle = RevertObstacle(String(obstacle.message.prefix(Limits.errorCharacters)), isTransient: obstacle.isTransient)
        // The same moment for all that come back together.
        let random = context.clock.random()
        let now = context.clock.now()
        try await store(states) {
            OperatorRequests.revertObstructed($0, by: obstacle, patience: Limits.revertPatience, random: random, at: now)
        }
    }

    // MARK: Its arrival

    private func lookForArrival(of commit: String, in state: EnvironmentState, _ revert: Revert) async throws {
        guard let id = CommitID(commit), let policy = try await context.policy(of: state.name) else { return }
        if case .failed(let message)? = try await context.journal.rendering(environment: state.name, revisionID: commit)?.outcome {
            return try await fail(state, "commit \(id.short) is in the branch, and is left out here: \(message)")
        }
        if try await isGone(id) {
            return try await fail(
                state,
                "commit \(id.short) brought the branch back, and is not in it any more: the branch was rewritten since, so the hold stays")
        }
        guard case .found(let candidate) = try await context.candidate(for: policy), let next = CommitID(candidate.revision.id),
            try await mirror.holds(next), try await mirror.isAncestor(id, of: next)
        else { return }
        guard candidate.bundle == state.verifiedBundle else {
            return try await fail(
                state,
                "commit \(id.short) brought the branch back, and it has moved on: \(candidate.revision.short) renders to something else than what runs, so the hold stays. If that may come: slipway resume \(state.name)"
            )
        }
        try await store([state]) {
            OperatorRequests.revertArrived($0, commit: commit, revision: candidate.revision, at: context.clock.now())
        }
    }

    /// Before the next fetch the mirror's head is still the commit that it stands on.
    private func isGone(_ id: CommitID) async throws -> Bool {
        let head: CommitID
        do throws(GitError) {
            head = try await mirror.resolve("HEAD")
        } catch {
            // A mirror that was removed is fetched anew by the watcher.
            guard error.code == .notFound else { throw error }
            return false
        }
        guard try await mirror.holds(id) else { return true }
        if try await mirror.isAncestor(head, of: id) { return false }
        return try await !mirror.isAncestor(id, of: head)
    }

    private func fail(_ state: EnvironmentState, _ why: String) async throws {
        let message = String(why.prefix(Limits.errorCharacters))
        try await store([state]) { OperatorRequests.revertFailed($0, message, at: context.clock.now()) }
    }

    /// Only over what was looked at: who resumes or rolls back again meanwhile has the last word.
    @discardableResult
    private func store(_ looked: [EnvironmentState], _ change: (EnvironmentState) -> StateChange) async throws -> StateChange {
        let stored = try await context.journal.lookingAgain {
            var all = StateChange()
            for before in looked {
                guard let state = try await context.journal.environment(before.name), state.hold?.revert == before.hold?.revert else {
                    continue
                }
                all = all + change(state)
            }
            if !all.isEmpty { try await context.journal.commit(all) }
            return all
        }
        context.metrics.stored(stored)
        for entry in stored.audit {
            context.logger.info("\(entry.action)", metadata: ["environment": "\(entry.environment ?? "-")", "outcome": "\(entry.outcome)"])
        }
        for state in stored.environments {
            context.environmentMoved(state.name)
            wake(state.name)
        }
        return stored
    }
}

extension RevertObstacle {
    init(_ error: any Error) {
        switch error {
        case let error as GitError: self.init(error.message, isTransient: error.isTransient)
        case let error as RevertMaker.Refused: self.init(error.description, isTransient: error.isTransient)
        default: self.init("\(error)", isTransient: false)
        }
    }
}
