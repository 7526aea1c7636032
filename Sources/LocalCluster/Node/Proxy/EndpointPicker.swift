/// Which Pods a Service port sends connections to, each in turn; pure but for its turn.
struct EndpointPicker: Sendable {
    struct Target: Hashable, Sendable {
        let address: String
        let port: Int
    }

    private(set) var targets: [Target] = []
    private var turn = 0

    mutating func update(_ newer: [Target]) { targets = newer }

    /// All targets, the one whose turn it is first: the others are tried when it does not answer.
    mutating func next(without draining: Set<String>) -> [Target] {
        let open = targets.filter { !draining.contains($0.address) }
        guard !open.isEmpty else { return [] }
        turn = (turn + 1) % open.count
        return Array(open[turn...] + open[..<turn])
    }
}
