package import Delivery

/// One line of the record: what was drafted, and its place in the chain.
package struct AuditEntry: Sendable, Hashable {
    /// From 1, without gaps.
    package var sequence: Int64
    package var draft: AuditDraft
    /// 64 hexadecimal digits: SHA-256 over the entry and the hash of the one before.
    package var hash: String
}

/// Which entries are wanted; every part that is set must match.
package struct AuditFilter: Sendable, Hashable {
    package var environment: String?
    /// Only entries about one of these; `nil` also takes those about none.
    package var among: Set<String>?
    package var actor: String?
    /// The start of the dotted action: `release` takes `release.verified` and all others of it.
    package var actionPrefix: String?
    package var release: Int64?
    package var from: Timestamp?
    /// Exclusive.
    package var until: Timestamp?

    package init(
        environment: String? = nil, among: Set<String>? = nil, actor: String? = nil, actionPrefix: String? = nil, release: Int64? = nil,
        from: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.environment = environment
        self.among = among
        self.actor = actor
        self.actionPrefix = actionPrefix
        self.release = release
        self.from = from
        self.until = until
    }
}

/// A signed statement of how far the record had come.
package struct AuditCheckpoint: Sendable, Hashable {
    package var sequence: Int64
    package var headHash: String
    package var at: Timestamp
    package var keyID: String
    package var signature: [UInt8]
}

/// What `slipway audit verify` found.
package enum AuditVerification: Sendable, Hashable {
    case ok(count: Int64, headHash: String)
    /// The first place that does not fit, and what is wrong there.
    case broken(sequence: Int64, what: String)
}
