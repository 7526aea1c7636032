/// Which videos are watched by the same people: cosine similarity over users, shrunk where few users speak for it.
struct ItemNeighbours: Sendable {
    struct Link: Sendable, Hashable {
        var video: Int
        var weight: Double
    }

    /// For each watched video, the videos that it speaks for. The weights that arrive at one video add up to at most 1, so a weighted sum
    /// over a history stays in 0...1.
    let links: [[Link]]

    /// - Parameters:
    ///   - histories: per user, the videos that were watched with pleasure and how much (0...1); no video twice.
    ///   - shrinkage: co-watching users at which a similarity counts half.
    static func fit(
        videoCount: Int, histories: [[(video: Int, value: Double)]], shrinkage: Double = 3,
        neighbours: Int = RankingLimits.neighboursPerVideo
    ) -> ItemNeighbours {
        var products = [Double](repeating: 0, count: videoCount * videoCount)
        var together = [Int32](repeating: 0, count: videoCount * videoCount)
        var squares = [Double](repeating: 0, count: videoCount)
        for history in histories {
            for (index, one) in history.enumerated() {
                squares[one.video] += one.value * one.value
                for other in history[..<index] {
                    let cell = min(one.video, other.video) * videoCount + max(one.video, other.video)
                    products[cell] += one.value * other.value
                    together[cell] += 1
                }
            }
        }
        var links = Array(repeating: [Link](), count: videoCount)
        for target in 0..<videoCount {
            var nearest: [Link] = []
            for source in 0..<videoCount where source != target {
                let cell = min(source, target) * videoCount + max(source, target)
                guard together[cell] > 0 else { continue }
                let cosine = products[cell] / (squares[source] * squares[target]).squareRoot()
                let count = Double(together[cell])
                nearest.append(Link(video: source, weight: Elementary.clip(cosine) * count / (count + shrinkage)))
            }
            nearest.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.video < $1.video }
            let kept = nearest.prefix(neighbours)
            let total = kept.reduce(0) { $0 + $1.weight }
            for link in kept where link.weight > 0 {
                links[link.video].append(Link(video: target, weight: link.weight / max(total, 1)))
            }
        }
        return ItemNeighbours(links: links)
    }
}
