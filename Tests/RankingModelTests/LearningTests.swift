import Testing

@testable import RankingModel

@Suite struct LearningTests {
    /// Two groups of users who watch two groups of videos; user 0 has not seen video 2 of its own group.
    static let blocks: [ImplicitFactors.Observation] = (0..<8).flatMap { user in
        (0..<8).compactMap { item in
            user % 2 == item % 2 && !(user == 0 && item == 2) ? .init(user: user, item: item, value: 1) : nil
        }
    }

    @Test func `factors fill in what a group likes and not what the other likes`() {
        let factors = ImplicitFactors.fit(userCount: 8, itemCount: 8, observations: Self.blocks)
        #expect(factors.prediction(user: 0, item: 4) > 0.8)
        // Never seen by this user, and still far above what the other group likes.
        let missed = factors.prediction(user: 0, item: 2)
        for item in [1, 3, 5, 7] {
            #expect(missed > 5 * abs(factors.prediction(user: 0, item: item)))
        }
    }

    @Test func `one axis has a solution to check by hand`() {
        // One user, one video, one axis: p = c q v / ((c q q) + r) with c = 1 + 10, from the fixed point q = p.
        var settings = ImplicitFactors.Settings()
        settings.dimension = 1
        settings.iterations = 200
        let factors = ImplicitFactors.fit(
            userCount: 1, itemCount: 1, observations: [.init(user: 0, item: 0, value: 1)], settings: settings)
        // p q = v - r / c at the fixed point.
        #expect(abs(factors.prediction(user: 0, item: 0) - (1 - 0.5 / 11)) < 1e-9)
    }

    @Test func `rows without observations say nothing`() {
        let factors = ImplicitFactors.fit(userCount: 3, itemCount: 2, observations: [.init(user: 1, item: 1, value: 1)])
        #expect(factors.prediction(user: 0, item: 1) == 0)
        #expect(factors.prediction(user: 1, item: 0) == 0)
        let nothing = ImplicitFactors.fit(userCount: 0, itemCount: 0, observations: [])
        #expect(nothing.users.isEmpty && nothing.items.isEmpty)
    }

    @Test func `fitting twice gives the same bits`() {
        let (one, other) = (
            ImplicitFactors.fit(userCount: 8, itemCount: 8, observations: Self.blocks),
            ImplicitFactors.fit(userCount: 8, itemCount: 8, observations: Self.blocks)
        )
        #expect(one.users.map(\.bitPattern) == other.users.map(\.bitPattern))
        #expect(one.items.map(\.bitPattern) == other.items.map(\.bitPattern))
    }

    @Test func `cosine of two videos by hand`() {
        // Video 0 by users a (1) and b (0.5); video 1 by a (0.5): cosine = 0.5 / (sqrt(1.25) * 0.5) = 0.894427...
        let neighbours = ItemNeighbours.fit(
            videoCount: 3, histories: [[(0, 1), (1, 0.5)], [(0, 0.5)], [(2, 1)]], shrinkage: 0)
        #expect(neighbours.links[0].count == 1)
        #expect(neighbours.links[0][0].video == 1)
        #expect(abs(neighbours.links[0][0].weight - 0.894_427_190_999_915_9) < 1e-12)
        #expect(neighbours.links[2].isEmpty)
    }

    @Test func `few users speak softly`() {
        let neighbours = ItemNeighbours.fit(videoCount: 2, histories: [[(0, 1), (1, 1)]], shrinkage: 3)
        #expect(abs(neighbours.links[0][0].weight - 0.25) < 1e-12)
    }

    @Test func `weights that arrive at a video add up to at most one`() {
        let histories: [[(video: Int, value: Double)]] = (0..<50).map { _ in (0..<30).map { ($0, 1) } }
        let neighbours = ItemNeighbours.fit(videoCount: 30, histories: histories)
        for target in 0..<30 {
            let arriving = neighbours.links.joined().filter { $0.video == target }
            #expect(arriving.count == RankingLimits.neighboursPerVideo)
            #expect(arriving.reduce(0) { $0 + $1.weight } <= 1 + 1e-12)
        }
    }

    @Test func `an untrained network stays near its prior and says so`() {
        let scorer = DeepScorer.untrained(dimension: 2, prior: 0.4)
        #expect(scorer.isPrior)
        let stranger = scorer.score(userHalf: scorer.userHalf([]), videoHalves: scorer.videoHalf([0, 0]), video: 0)
        #expect(abs(stranger - 0.4) < 1e-12)
        let somebody = scorer.score(userHalf: scorer.userHalf([1, 0.5]), videoHalves: scorer.videoHalf([0.3, 0.9]), video: 0)
        #expect((0...1).contains(somebody))
        #expect(somebody != stranger)
        #expect(abs(somebody - 0.4) < 0.25)
    }
}
