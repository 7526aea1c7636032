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
            try await store(OperatorRequests.hold(state, by: actor, reason: reason, until: until, at: now), in: name)
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
            try await store(OperatorRequests.freeze(state, by: actor, reason: reason, until: until, at: now), in: name)
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
            let active = try await activeRelease(of: name)
            let change = try OperatorRequests.quarantine(
                candidate, in: state, active: active, by: actor, reason: reason, until: until, at: now)
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

    private func requireFuture(_ until: Timestamp?, _ now: Timestamp) throws(RequestRefused) {
        if let until, until <= now { throw RequestRefused(.notPossible, "the end, \(until.utc), is over already; it is \(now.utc)") }
    }
}
