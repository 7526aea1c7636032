package import Delivery
internal import Journal

/// What people do to keep Revisions out of an Environment.
extension Controller {
    /// - Parameter until: when it ends by itself.
    package func hold(_ name: String, until: Timestamp? = nil, by actor: Actor, reason: String) async throws {
        try await request(.hold, in: name, by: actor) {
            let now = clock.now()
            try requireFuture(until, now)
            let state = try await state(of: name)
            try await stop(name, OperatorRequests.hold(state, by: actor, reason: reason, until: until, at: now))
        }
    }

    package func resume(_ name: String, by actor: Actor, reason: String) async throws {
        try await request(.resume, in: name, by: actor) {
            let state = try await state(of: name)
            try await store(try OperatorRequests.resume(state, by: actor, reason: reason, at: clock.now()), in: name)
        }
    }

    package func freeze(_ name: String, until: Timestamp?, by actor: Actor, reason: String) async throws {
        try await request(.freeze, in: name, by: actor) {
            let now = clock.now()
            try requireFuture(until, now)
            let state = try await state(of: name)
            try await stop(name, OperatorRequests.freeze(state, by: actor, reason: reason, until: until, at: now))
        }
    }

    package func thaw(_ name: String, by actor: Actor, reason: String) async throws {
        try await request(.thaw, in: name, by: actor) {
            let state = try await state(of: name)
            try await store(try OperatorRequests.thaw(state, by: actor, reason: reason, at: clock.now()), in: name)
        }
    }

    /// Bans what a Revision renders to.
    package func quarantine(_ name: String, revision: String, until: Timestamp?, by actor: Actor, reason: String) async throws -> Revision {
        try await request(.quarantine, in: name, by: actor) {
            let now = clock.now()
            try requireFuture(until, now)
            let state = try await state(of: name)
            let candidate = try await rendered(revision, in: name)
            var change = try OperatorRequests.quarantine(candidate, in: state, by: actor, reason: reason, until: until, at: now)
            if let active = try await activeRelease(of: name), active.bundle == candidate.bundle, active.kind == .deploy, !active.isForced,
                !active.phase.mayHaveWritten
            {
                let policy = EnvironmentPolicy(name: name, target: .init(namespace: ""))
                change = try active.after(.cancelled(actor, reason: "quarantined: \(reason)"), in: state, policy: policy, at: now) + change
            }
            try await store(change, in: name)
            return candidate.revision
        }
    }

    /// Takes a quarantine back.
    package func liftQuarantine(_ name: String, revision: String, by actor: Actor, reason: String) async throws -> Revision {
        try await request(.quarantine, in: name, by: actor) {
            let state = try await state(of: name)
            let known = try await journal.quarantines(environment: name)
            let wanted = revision.lowercased()
            guard
                let quarantine = known.first(where: {
                    wanted.count >= 7 && ($0.revision.id.hasPrefix(wanted) || $0.bundle.hasPrefix(wanted))
                })
            else {
                let list = known.prefix(5).map(\.revision.short).joined(separator: ", ")
                throw RequestRefused(
                    .notFound,
                    "\(name) has no quarantined revision \"\(revision)\" (\(known.isEmpty ? "there is none" : "there is: \(list)"))")
            }
            try await store(OperatorRequests.lift(quarantine, in: state, by: actor, reason: reason, at: clock.now()), in: name)
            return quarantine.revision
        }
    }

    /// Stores what stops an Environment so that a Release which has not begun cannot begin beside it: what the lane decides upon an older
    /// state of that Release is refused by the Journal, and it looks again.
    private func stop(_ name: String, _ change: StateChange) async throws {
        var change = change
        if var active = try await activeRelease(of: name), !active.phase.mayHaveWritten {
            active.version += 1
            change.releases.append(active)
        }
        try await store(change, in: name)
    }

    private func requireFuture(_ until: Timestamp?, _ now: Timestamp) throws(RequestRefused) {
        if let until, until <= now { throw RequestRefused(.notPossible, "the end, \(until.utc), is over already; it is \(now.utc)") }
    }
}
