/// How many Pods the new version gets in a step.
struct RolloutShare {
    private let strategy: RolloutStrategy

    init(_ strategy: RolloutStrategy) { self.strategy = strategy }

    /// Never none: what has no Pod proves nothing.
    ///
    /// Behind one Service every ready Pod has the same share, so that of `n` old ones and `c` new ones the new have `c / (n + c)`. The old
    /// version stays whole, and the new one gets no more Pods than it has: its share ends at one half.
    ///
    /// - Parameters:
    ///   - weight: percent of the traffic.
    ///   - running: the old version's replicas.
    func replicas(weight: Int, of running: Int) -> Int {
        let running = max(running, 1)
        switch (strategy.kind, strategy.routing) {
        case (.blueGreen, _): return running
        case (.canary, .replicas):
            guard weight < 50 else { return running }
            return max(1, running * weight / (100 - weight))
        // These bring the traffic whatever the number of Pods: enough to bear it.
        case (.canary, .ingress), (.canary, .httpRoute): return max(1, (running * weight + 99) / 100)
        }
    }
}
