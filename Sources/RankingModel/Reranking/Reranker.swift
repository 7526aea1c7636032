/// Puts scored candidates in the order of a page: the best first, but not the same creator, and not the same kind of video, again and again.
struct Reranker {
    struct Placed: Sendable {
        var candidate: ScoredVideo
        /// In 0.25...1: what is left of the score for a creator who is on the page already.
        var authorDiscount: Double
        /// In 0...0.2: what being like a video above cost.
        var similarityPenalty: Double
    }

    /// Relevance counts this much and being different the rest (Carbonell and Goldstein 1998, "maximal marginal relevance").
    static let relevanceShare = 0.8

    /// - Parameters:
    ///   - candidates: in any order; the answer does not depend on it.
    ///   - order: breaks ties, so that equal scores come in one order everywhere; different for any two videos.
    ///   - similarity: of two videos, in 0...1.
    func page(
        of candidates: [ScoredVideo], limit: Int, creator: (Int) -> Int, order: (Int) -> Int, similarity: (Int, Int) -> Double
    ) -> [Placed] {
        var pool = discounted(Self.sorted(candidates, order: order), creator: creator)
        pool.sort { one, other in
            let (left, right) = (one.relevance, other.relevance)
            return left != right ? left > right : order(one.placed.candidate.video) < order(other.placed.candidate.video)
        }
        pool = Array(pool.prefix(max(RankingLimits.diversityPool, limit)))
        let best = pool.first?.relevance ?? 0
        var nearest = [Double](repeating: 0, count: pool.count)
        var taken = [Bool](repeating: false, count: pool.count)
        var page: [Placed] = []
        for _ in 0..<min(max(limit, 0), pool.count) {
            var choice: Int?
            var choiceValue = -Double.infinity
            for index in pool.indices where !taken[index] {
                let relevance = best > 0 ? pool[index].relevance / best : 0
                let value = Self.relevanceShare * relevance - (1 - Self.relevanceShare) * nearest[index]
                // The pool is in order of relevance, then the fixed one, so a tie goes to the earlier one.
                if value > choiceValue {
                    choice = index
                    choiceValue = value
                }
            }
            guard let choice else { break }
            taken[choice] = true
            var placed = pool[choice].placed
            placed.similarityPenalty = (1 - Self.relevanceShare) * nearest[choice]
            page.append(placed)
            for index in pool.indices where !taken[index] {
                nearest[index] = max(
                    nearest[index], similarity(pool[index].placed.candidate.video, pool[choice].placed.candidate.video))
            }
        }
        return page
    }

    /// The best score first, equal ones in their fixed order.
    static func sorted(_ candidates: [ScoredVideo], order: (Int) -> Int) -> [ScoredVideo] {
        candidates.sorted { $0.points != $1.points ? $0.points > $1.points : order($0.video) < order($1.video) }
    }

    private func discounted(_ candidates: [ScoredVideo], creator: (Int) -> Int) -> [(placed: Placed, relevance: Double)] {
        var earlier: [Int: Int] = [:]
        return candidates.map { candidate in
            let count = earlier[creator(candidate.video), default: 0]
            earlier[creator(candidate.video)] = count + 1
            let discount = Formulas.authorDiscount(earlier: count)
            return (
                Placed(candidate: candidate, authorDiscount: discount, similarityPenalty: 0), Double(candidate.points.units) * discount
            )
        }
    }
}
