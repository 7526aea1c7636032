import Testing

extension Tag {
    /// Runs built executables against real servers: seconds, not milliseconds.
    @Tag static var large: Self
}

/// All large tests of the controller run one after the other, so that they do not take each other's processor time and deadlines.
@Suite(.serialized, .tags(.large), .timeLimit(.minutes(5))) struct LargeTests {}

struct LargeFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
