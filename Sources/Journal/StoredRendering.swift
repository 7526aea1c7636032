package import Delivery
package import Manifests

/// What one Revision rendered to in one Environment, or why it did not.
package struct StoredRendering: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// The digest of a Bundle in the same Journal, with the policy and smoke tests of that Revision as they were read.
        case bundle(digest: String, policy: Value, smokeTests: [Value])
        case failed(message: String)
    }

    package var environment: String
    package var revision: Revision
    package var outcome: Outcome
    /// A program that took part, with its version, such as `helm v3.17.0+g301108e`.
    package var renderedWith: String?
    package var at: Timestamp

    package init(environment: String, revision: Revision, outcome: Outcome, renderedWith: String? = nil, at: Timestamp) {
        self.environment = environment
        self.revision = revision
        self.outcome = outcome
        self.renderedWith = renderedWith
        self.at = at
    }
}

extension StoredRendering {
    var bundle: String? {
        switch outcome {
        case .bundle(let digest, _, _): digest
        case .failed: nil
        }
    }

    var record: Value {
        let outcome: Value =
            switch outcome {
            case .bundle(let digest, let policy, let smokeTests):
                RecordEncoding.object([("bundle", .string(digest)), ("policy", policy), ("smokeTests", .array(smokeTests))])
            case .failed(let message): RecordEncoding.object([("failed", .string(message))])
            }
        return RecordEncoding.object([
            ("environment", .string(environment)), ("revision", revision.record), ("outcome", outcome),
            ("renderedWith", renderedWith.map { .string($0) }), ("at", Value(at)),
        ])
    }

    init(_ reader: RecordReader) throws(JournalError) {
        self.init(
            environment: try reader.string("environment"), revision: try reader.member("revision", Revision.init),
            outcome: try reader.member("outcome", Outcome.init), renderedWith: try reader.optionalString("renderedWith"),
            at: try reader.timestamp("at"))
    }
}

extension StoredRendering.Outcome {
    init(_ reader: RecordReader) throws(JournalError) {
        if let message = try reader.optionalString("failed") {
            self = .failed(message: message)
            return
        }
        guard let policy = reader.value["policy"] else { throw reader.missing("policy") }
        guard let smokeTests = reader.value["smokeTests"]?.array else { throw reader.missing("smokeTests") }
        self = .bundle(digest: try reader.string("bundle"), policy: policy, smokeTests: smokeTests)
    }
}
