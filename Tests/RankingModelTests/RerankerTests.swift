import Testing

@testable import RankingModel

@Suite struct RerankerTests {
    private func candidate(_ video: Int, _ units: Int) -> ScoredVideo {
        ScoredVideo(
            video: video, scores: ComponentScores(freshness: 0, completion: 0, engagement: 0, affinity: 0, deepLearning: 0),
            points: Points(units: units), because: nil)
    }

    private func order(
        _ candidates: [ScoredVideo], limit: Int = 10, creator: (Int) -> Int = { $0 }, similarity: (Int, Int) -> Double = { _, _ in 0 }
    ) -> [Int] {
        Reranker().page(of: candidates, limit: limit, creator: creator, order: { $0 }, similarity: similarity).map(\.candidate.video)
    }

    @Test func `without likeness and with many creators the score decides, then the name`() {
        #expect(order([candidate(1, 10), candidate(2, 30), candidate(4, 20), candidate(3, 20)]) == [2, 3, 4, 1])
    }

    @Test func `the same creator again is discounted`() {
        // Creator 7 has 100, 90 and 80; creator 8 has 60. Relevance: 100, 56.25, 35, 60.
        let candidates = [candidate(1, 100), candidate(2, 90), candidate(3, 80), candidate(4, 60)]
        #expect(order(candidates, creator: { $0 == 4 ? 8 : 7 }) == [1, 4, 2, 3])
    }

    @Test func `likeness costs up to a fifth`() {
        // 1 and 2 are the same kind. After 1: 2 is worth 0.8 * 0.95 - 0.2 = 0.56, 3 is worth 0.8 * 0.75 = 0.60.
        let candidates = [candidate(1, 1000), candidate(2, 950), candidate(3, 750)]
        let page = Reranker().page(
            of: candidates, limit: 3, creator: { $0 }, order: { $0 }, similarity: { ($0, $1) == (2, 1) || ($0, $1) == (1, 2) ? 1 : 0 })
        #expect(page.map(\.candidate.video) == [1, 3, 2])
        #expect(page.map(\.similarityPenalty).map { ($0 * 1000).rounded() } == [0, 0, 200])
    }

    @Test func `the order of the candidates does not matter`() {
        var random = SplitMix64(seed: 9)
        let candidates = (0..<150).map { candidate($0, random.below(40)) }
        let expected = order(candidates, limit: 50, creator: { $0 % 9 }, similarity: { $0 % 4 == $1 % 4 ? 0.7 : 0.1 })
        for _ in 0..<5 {
            #expect(
                order(candidates.shuffled(using: &random), limit: 50, creator: { $0 % 9 }, similarity: { $0 % 4 == $1 % 4 ? 0.7 : 0.1 })
                    == expected)
        }
    }

    @Test func `edges`() {
        #expect(order([]) == [])
        #expect(order([candidate(1, 0), candidate(2, 0)]) == [1, 2])
        #expect(order([candidate(1, 5)], limit: 0) == [])
        #expect(order([candidate(1, 5)], limit: -3) == [])
        #expect(order((0..<150).map { candidate($0, 150 - $0) }, limit: 140).count == 140)
    }
}
