import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A thousand lives of a controller, each with its own seed. `SLIPWAY_SEED=17` lives one of them again.
@Suite(.timeLimit(.minutes(10))) struct SimulationTests {
    private static let chosen = getenv("SLIPWAY_SEED").flatMap { UInt64(String(cString: $0)) }

    /// In parts, so that all processors have some.
    private static let parts: [[UInt64]] = chosen.map { [[$0]] } ?? (0..<20).map { part in (0..<50).map { UInt64(part * 50 + $0) } }

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
