/// The formulas of the components, each on its own, so that each can be checked with a pencil. `docs/rooms/RankingModel.md` explains them.
enum Formulas {
    static let daySeconds = 86_400.0
    static let freshnessHalfLifeSeconds = 24 * 3600.0
    static let affinityHalfLifeSeconds = 14 * daySeconds
    /// 80 % one-sided: a cautious guess without burying what is new.
    static let wilsonZ = 1.28
    /// Impressions that the mean of a duration bucket counts for.
    static let completionPriorStrength = 20.0

    /// How much the item's own record speaks and how little the user's taste: 1 for a stranger, never below 0.1.
    static func priorShare(events: Int) -> Double { max(0.1, 5 / (Double(max(events, 0)) + 5)) }

    /// A half after each half-life; a time in the future counts as now.
    static func decay(ageSeconds: Double, halfLifeSeconds: Double) -> Double {
        Elementary.exp2(-max(0, ageSeconds) / halfLifeSeconds)
    }

    /// Mean completion, pulled towards the mean of videos of the same length.
    static func completionPrior(sum: Double, count: Int, bucketMean: Double) -> Double {
        Elementary.clip((sum + completionPriorStrength * bucketMean) / (Double(count) + completionPriorStrength))
    }

    /// Lower end of Wilson's interval for `successes` of `count`; 0 without a trial.
    static func wilsonLowerBound(successes: Double, count: Int, z: Double = wilsonZ) -> Double {
        guard count > 0 else { return 0 }
        let n = Double(count)
        let p = min(max(successes / n, 0), 1)
        let z2 = z * z
        let centre = p + z2 / (2 * n)
        let spread = z * ((p * (1 - p) + z2 / (4 * n)) / n).squareRoot()
        return Elementary.clip((centre - spread) / (1 + z2 / n))
    }

    static func blend(personal: Double, prior: Double, priorShare: Double) -> Double {
        Elementary.clip((1 - priorShare) * Elementary.clip(personal) + priorShare * prior)
    }

    /// Taste for the video or for its creator; either can make it high, the creator alone at most 0.5.
    static func affinity(item: Double, creatorScore: Double) -> Double {
        let creator = 0.5 * max(creatorScore, 0) / (max(creatorScore, 0) + 5)
        return Elementary.clip(1 - (1 - Elementary.clip(item)) * (1 - creator))
    }

    /// New is worth more where there is affinity: what a user does not care for is not better for being new.
    static func freshness(ageSeconds: Double, affinity: Double) -> Double {
        freshness(decay: freshnessDecay(ageSeconds: ageSeconds), affinity: affinity)
    }

    /// The half that does not depend on the user.
    static func freshnessDecay(ageSeconds: Double) -> Double {
        decay(ageSeconds: ageSeconds, halfLifeSeconds: freshnessHalfLifeSeconds)
    }

    static func freshness(decay: Double, affinity: Double) -> Double { Elementary.clip(decay * (0.2 + 0.8 * affinity)) }

    /// For the k-th earlier video of the same creator on the page.
    static func authorDiscount(earlier: Int) -> Double { 0.75 * Elementary.exp2(-Double(max(earlier, 0))) + 0.25 }
}
