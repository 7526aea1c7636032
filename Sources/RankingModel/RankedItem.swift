/// One place of a page, with everything that explains it.
package struct RankedItem: Sendable, Hashable {
    package let videoID: String
    package let creatorID: String
    package let scores: ComponentScores
    /// In the order of `RankingComponent.allCases`; they add up to `score`.
    package let points: [Points]
    package let score: Points
    /// The watched video that speaks most for this one, if one does.
    package let becauseOf: String?
    package let authorDiscount: Double
    package let similarityPenalty: Double
}

/// The answer to one request.
package struct RankedPage: Sendable, Hashable {
    package let items: [RankedItem]
    /// True if nothing is known of the user and the priors speak alone.
    package let isColdStart: Bool
    /// True if deep learning has no trained model.
    package let deepLearningIsPrior: Bool
    /// Candidates that were looked at, after the seen ones were taken out.
    package let candidateCount: Int
    /// Candidates that the caller named and the catalogue does not have, in the caller's order.
    package let unknownCandidates: [String]
}
