import Testing

@testable import RankingModel

/// Numbers computed by hand from the formulas of the room's page.
@Suite struct FormulasTests {
    private func near(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-12 }

    @Test func `the prior speaks alone for a stranger and never less than a tenth`() {
        #expect(Formulas.priorShare(events: 0) == 1)
        #expect(Formulas.priorShare(events: 5) == 0.5)
        #expect(Formulas.priorShare(events: 45) == 0.1)
        #expect(Formulas.priorShare(events: 1000) == 0.1)
        #expect(Formulas.priorShare(events: -3) == 1)
    }

    @Test func `decay halves at each half-life`() {
        #expect(Formulas.decay(ageSeconds: 0, halfLifeSeconds: 10) == 1)
        #expect(near(Formulas.decay(ageSeconds: 10, halfLifeSeconds: 10), 0.5))
        #expect(near(Formulas.decay(ageSeconds: 30, halfLifeSeconds: 10), 0.125))
        #expect(Formulas.decay(ageSeconds: -5, halfLifeSeconds: 10) == 1)
    }

    @Test func `the completion prior pulls few impressions to the mean of their length`() {
        // (4 + 20 * 0.5) / (5 + 20) = 0.56
        #expect(near(Formulas.completionPrior(sum: 4, count: 5, bucketMean: 0.5), 0.56))
        #expect(near(Formulas.completionPrior(sum: 0, count: 0, bucketMean: 0.37), 0.37))
        // (800 + 10) / 1020
        #expect(near(Formulas.completionPrior(sum: 800, count: 1000, bucketMean: 0.5), 810.0 / 1020))
    }

    @Test func `Wilson's lower bound`() {
        #expect(near(Formulas.wilsonLowerBound(successes: 8, count: 10), 0.6018582775107455))
        #expect(Formulas.wilsonLowerBound(successes: 0, count: 10) == 0)
        #expect(near(Formulas.wilsonLowerBound(successes: 1, count: 1), 0.3790175864160097))
        #expect(Formulas.wilsonLowerBound(successes: 3, count: 0) == 0)
        // More evidence for one and the same share makes the bound higher.
        #expect(Formulas.wilsonLowerBound(successes: 80, count: 100) > Formulas.wilsonLowerBound(successes: 8, count: 10))
    }

    @Test func `affinity takes the creator for at most a half`() {
        #expect(Formulas.affinity(item: 0, creatorScore: 0) == 0)
        #expect(near(Formulas.affinity(item: 0, creatorScore: 5), 0.25))
        #expect(near(Formulas.affinity(item: 0.5, creatorScore: 5), 0.625))
        #expect(Formulas.affinity(item: 0, creatorScore: 1e12) <= 0.5)
        #expect(Formulas.affinity(item: 1, creatorScore: 0) == 1)
    }

    @Test func `freshness is gated by affinity`() {
        #expect(near(Formulas.freshness(ageSeconds: 0, affinity: 0), 0.2))
        #expect(near(Formulas.freshness(ageSeconds: 86_400, affinity: 1), 0.5))
        #expect(near(Formulas.freshness(ageSeconds: 86_400, affinity: 0.5), 0.3))
    }

    @Test func `the author discount falls to a quarter`() {
        #expect(Formulas.authorDiscount(earlier: 0) == 1)
        #expect(near(Formulas.authorDiscount(earlier: 1), 0.625))
        #expect(near(Formulas.authorDiscount(earlier: 2), 0.4375))
        #expect(Formulas.authorDiscount(earlier: 60) >= 0.25)
    }

    @Test func `engagement weighs reactions`() {
        func engagement(_ reactions: WatchEvent.Reactions) -> Double {
            WatchEvent(user: 0, video: 0, ageSeconds: 0, watchedSeconds: 0, reactions: reactions).engagement
        }
        #expect(engagement([]) == 0)
        #expect(near(engagement(.like), 1.0 / 3))
        #expect(near(engagement(.comment), 2.0 / 3))
        #expect(engagement(.share) == 1)
        #expect(engagement([.like, .comment, .share, .follow]) == 1)
        #expect(engagement([.reject, .like]) == 0)
    }
}
