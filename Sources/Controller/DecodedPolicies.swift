internal import Delivery
internal import Manifests
internal import Synchronization

/// The policies that were decoded last, two an Environment: of the newest Revision and of the one that brought what runs. A lane looks at
/// both whenever it wakes.
final class DecodedPolicies: Sendable {
    private let known = Mutex<[String: [(document: Value, policy: EnvironmentPolicy)]]>([:])

    func decode(_ document: Value, of name: String) throws(PolicyErrors) -> EnvironmentPolicy {
        if let policy = known.withLock({ $0[name]?.first { $0.document == document }?.policy }) { return policy }
        let policy = try EnvironmentPolicy.decode(document, folder: name)
        known.withLock { $0[name] = [(document, policy)] + ($0[name] ?? []).prefix(1) }
        return policy
    }
}
