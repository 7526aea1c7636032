/// What is known of one Environment between Releases.
package struct EnvironmentState: Sendable, Hashable {
    package var name: String
    /// The digest that was last proven here; what self-healing keeps in the cluster.
    package var verifiedBundle: String?
    /// The newest Revision whose Bundle here is `verifiedBundle`: what the next Environment may promote.
    package var verifiedRevision: Revision?
    package var verifiedRelease: Int64?
    package var verifiedAt: Timestamp?
    package var hold: Hold?
    package var freeze: Freeze?
    /// Counts changes; the Journal refuses to store a state over a newer one.
    package var version: Int64

    package init(name: String) {
        self.name = name
        version = 0
    }

    /// One open trouble an Environment: what pages again is the same page.
    package var incidentKey: String { Self.incidentKey(name) }
    package static func incidentKey(_ name: String) -> String { "slipway/\(name)" }
}

/// A durable stop on an Environment. Self-healing goes on, against the held Bundle.
package struct Hold: Sendable, Hashable {
    package var reason: String
    package var by: Actor
    package var since: Timestamp
    /// When it ends by itself; `nil`: when somebody lifts it.
    package var until: Timestamp?
    /// The Release whose failure set it.
    package var release: Int64?
    /// What was asked for to bring the branch back, too; its end is the end of this Hold.
    package var revert: Revert?

    package init(reason: String, by: Actor, since: Timestamp, until: Timestamp? = nil, release: Int64? = nil) {
        self.reason = reason
        self.by = by
        self.since = since
        self.until = until
        self.release = release
    }
}

/// A time in which no change begins. Unlike a Hold it says nothing about what runs; ways back pass it.
package struct Freeze: Sendable, Hashable {
    package var reason: String
    package var by: Actor
    package var since: Timestamp
    package var until: Timestamp?

    package init(reason: String, by: Actor, since: Timestamp, until: Timestamp? = nil) {
        self.reason = reason
        self.by = by
        self.since = since
        self.until = until
    }
}

/// A Bundle that failed in an Environment: never deployed there again without force and a reason.
package struct Quarantine: Sendable, Hashable {
    package var environment: String
    package var bundle: String
    package var revision: Revision
    package var release: Int64
    package var reason: String
    package var since: Timestamp
    /// When it ends by itself; `nil`: when somebody lifts it.
    package var until: Timestamp?

    package init(
        environment: String, bundle: String, revision: Revision, release: Int64, reason: String, since: Timestamp,
        until: Timestamp? = nil
    ) {
        self.environment = environment
        self.bundle = bundle
        self.revision = revision
        self.release = release
        self.reason = reason
        self.since = since
        self.until = until
    }

    package func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
}

/// A person's yes to one exact plan of one Release.
package struct Approval: Sendable, Hashable {
    package var release: Int64
    package var planHash: String
    package var by: Actor
    package var role: String
    package var at: Timestamp

    package init(release: Int64, planHash: String, by: Actor, role: String, at: Timestamp) {
        self.release = release
        self.planHash = planHash
        self.by = by
        self.role = role
        self.at = at
    }
}
