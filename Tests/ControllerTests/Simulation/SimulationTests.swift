import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Lives of a controller, each with its own seed: 300 in every run of the tests, as many as `SLIPWAY_SCENARIOS` says when it is set.
/// `SLIPWAY_SEED=17` lives one of them again.
@Suite(.timeLimit(.minutes(60))) struct SimulationTests {
    /// In parts, so that all processors have some.
    private static let parts: [[UInt64]] = {
        if let seed = number("SLIPWAY_SEED") { return [[seed]] }
        let count = number("SLIPWAY_SCENARIOS") ?? 300
        let size: UInt64 = 15
        return stride(from: 0, to: count, by: Int(size)).map { first in Array(first..<min(first + size, count)) }
    }()

    private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    @Test("whatever happens, it ends as it should", arguments: parts)
    func whateverHappensItEndsAsItShould(_ seeds: [UInt64]) async throws {
        for seed in seeds {
            let scenario = try await Scenario(seed: seed)
            try await scenario.live(for: 30)
            let faults = try await scenario.settle()
            #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "; "))\n\(scenario.log.joined(separator: "\n"))")
        }
    }
}
