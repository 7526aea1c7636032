/// What variables may use, with the reasons. Values come from the repository, and a few short lines must not become gigabytes.
enum VariableLimits {
    /// Variables of one Environment, from all sources.
    static let variables = 5_000
    /// One value. A certificate or a list of hosts has a few kilobytes.
    static let valueBytes = 64 << 10
    /// One text with its variables put in: what etcd takes of a whole object, about.
    static let textBytes = 2 << 20
    /// All values that one rendering puts in, arguments of functions included.
    static let totalBytes = 64 << 20
    /// `${A:-${B:-...}}`
    static let expressionDepth = 16
    static let patternBytes = 256
    /// Characters times pattern lengths, of one rendering: about a second.
    static let patternSteps = 200_000_000
    /// How much of an expression an error repeats.
    static let shownBytes = 40
}
