/// The five scores of one video for one user, each in 0...1.
package struct ComponentScores: Sendable, Hashable {
    package var freshness: Double
    package var completion: Double
    package var engagement: Double
    package var affinity: Double
    package var deepLearning: Double

    package subscript(_ component: RankingComponent) -> Double {
        switch component {
        case .freshness: freshness
        case .completion: completion
        case .engagement: engagement
        case .affinity: affinity
        case .deepLearning: deepLearning
        }
    }
}
