package import Delivery

/// What one look at a Release needs.
package struct VerificationRequest: Sendable {
    package var policy: EnvironmentPolicy
    package var facts: ReleaseFacts
    /// With their variables filled in.
    package var smokeTests: [SmokeTest]
    /// A way back is proven by its health and its smoke tests alone: at three in the morning nothing else may stand in its way, and its
    /// metrics are still those of the bad Release.
    package var isReturning: Bool
    /// A file of the Release's Revision.
    package var readFile: @Sendable (_ path: String) async throws(VerificationError) -> [UInt8]

    package init(
        policy: EnvironmentPolicy, facts: ReleaseFacts, smokeTests: [SmokeTest], isReturning: Bool,
        readFile: @escaping @Sendable (_ path: String) async throws(VerificationError) -> [UInt8]
    ) {
        self.policy = policy
        self.facts = facts
        self.smokeTests = smokeTests
        self.isReturning = isReturning
        self.readFile = readFile
    }
}
