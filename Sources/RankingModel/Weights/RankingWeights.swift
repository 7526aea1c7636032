/// How much each component counts, in percent. A value of this type is always valid: each in 0...100, together exactly 100.
package struct RankingWeights: Sendable, Hashable {
    package let freshness: Percent
    package let completion: Percent
    package let engagement: Percent
    package let affinity: Percent
    package let deepLearning: Percent

    /// - Throws: a component outside 0...100, or a sum that is not 100.
    package init(
        freshness: Percent, completion: Percent, engagement: Percent, affinity: Percent, deepLearning: Percent
    ) throws(RankingWeightsError) {
        self.freshness = freshness
        self.completion = completion
        self.engagement = engagement
        self.affinity = affinity
        self.deepLearning = deepLearning
        for component in RankingComponent.allCases where self[component] < Percent(0) || self[component] > Percent(100) {
            throw .outOfRange(component, self[component])
        }
        let sum = RankingComponent.allCases.reduce(0) { $0 + self[$1].hundredths }
        guard sum == 10_000 else { throw .sumIsNot100(Percent(hundredths: sum)) }
    }

    private init(trusted values: (Int, Int, Int, Int, Int)) {
        freshness = Percent(values.0)
        completion = Percent(values.1)
        engagement = Percent(values.2)
        affinity = Percent(values.3)
        deepLearning = Percent(values.4)
    }

    /// What the service was designed with: 15, 40, 25, 15, 5.
    package static let standard = RankingWeights(trusted: (15, 40, 25, 15, 5))

    package subscript(_ component: RankingComponent) -> Percent {
        switch component {
        case .freshness: freshness
        case .completion: completion
        case .engagement: engagement
        case .affinity: affinity
        case .deepLearning: deepLearning
        }
    }

    /// Compact JSON with sorted names: `{"affinity":15,...}`. Two equal sets of weights have equal text, so its digest names them.
    package var canonicalJSON: String {
        let members = RankingComponent.allCases.map(\.rawValue).sorted().compactMap { name in
            RankingComponent(rawValue: name).map { "\"\(name)\":\(self[$0])" }
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
