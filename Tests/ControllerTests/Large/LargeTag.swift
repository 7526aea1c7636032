import Testing

extension Tag {
    /// Runs built executables against real servers: seconds, not milliseconds.
    @Tag static var large: Self
}

/// The built `slipway` against a LocalCluster. What it is started with is its own, so the suites run beside each other.
@Suite(.tags(.large), .timeLimit(.minutes(5))) struct LargeTests {}

struct LargeFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
