import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A thousand lives of a controller, each with its own seed. `SLIPWAY_SEED=17` lives one of them again.
extension LargeTests {
    @Suite struct SimulationTests {
        @Test("whatever happens, it ends as it should", arguments: 0..<20)
        func whateverHappensItEndsAsItShould(_ part: Int) async throws {
            let chosen = getenv("SLIPWAY_SEED").flatMap { UInt64(String(cString: $0)) }
            if chosen != nil, part > 0 { return }
            let seeds = chosen.map { [$0] } ?? (0..<50).map { UInt64(part * 50 + $0) }
            for seed in seeds {
                let scenario = try await Scenario(seed: seed)
                try await scenario.live(for: 60)
                let faults = try await scenario.settle()
                #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "; "))\n\(scenario.log.joined(separator: "\n"))")
            }
        }
    }
}
