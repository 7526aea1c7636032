import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A thousand lives of a controller, each with its own seed. `SLIPWAY_SEED=17` lives one of them again.
@Suite(.timeLimit(.minutes(10))) struct SimulationTests {
    /// In parts, so that all processors have some.
    private static let parts: [[UInt64]] = {
        if let seed = getenv("SLIPWAY_SEED").flatMap({ UInt64(String(cString: $0)) }) { return [[seed]] }
        return (0..<20).map { part in (0..<50).map { UInt64(part * 50 + $0) } }
    }()

    @Test("whatever happens, it ends as it should", arguments: parts)
    func whateverHappensItEndsAsItShould(_ seeds: [UInt64]) async throws {
        for seed in seeds {
            let scenario = try await Scenario(seed: seed)
            // Short lives and long ones.
            try await scenario.live(for: 10 + Int(seed % 21))
            let faults = try await scenario.settle()
            #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "; "))\n\(scenario.log.joined(separator: "\n"))")
        }
    }
}
