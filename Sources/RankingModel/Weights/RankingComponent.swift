/// The five scores that make a ranking.
package enum RankingComponent: String, Sendable, Hashable, CaseIterable {
    case freshness
    case completion
    case engagement
    case affinity
    case deepLearning

    /// The name in answers and metrics, where names are written with underscores.
    package var wireName: String { self == .deepLearning ? "deep_learning" : rawValue }
}
