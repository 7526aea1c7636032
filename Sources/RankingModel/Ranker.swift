/// The model: learned once from a data set, then a pure function of user, candidates and weights. Safe to share between threads.
package struct Ranker: Sendable {
    package let data: RankingData
    private let statistics: VideoStatistics
    private let completion: ImplicitFactors
    private let engagement: ImplicitFactors
    private let neighbours: ItemNeighbours
    private let deep: DeepScorer
    private let deepVideoHalves: [Double]
    private let histories: [UserHistory]
    private let userPositions: [String: Int]
    private let videoPositions: [String: Int]
    /// Per video the half of freshness that is the same for all users.
    private let freshnessDecay: [Double]
    /// Per video its place among all names: comparing numbers is cheaper than comparing names.
    private let nameOrder: [Int]
    /// Item vectors of length 1, for the similarity of two videos.
    private let directions: [Double]

    /// Learns. Takes a few tenths of a second for the standard data in a debug build; call it off the event loops.
    package init(data: RankingData) {
        self.data = data
        statistics = VideoStatistics(data: data)
        let (users, videos) = (data.users.count, data.videos.count)
        completion = ImplicitFactors.fit(
            userCount: users, itemCount: videos,
            observations: data.events.map { .init(user: $0.user, item: $0.video, value: data.watchRatio($0)) })
        engagement = ImplicitFactors.fit(
            userCount: users, itemCount: videos,
            observations: data.events.filter { $0.engagement > 0 }.map { .init(user: $0.user, item: $0.video, value: $0.engagement) })
        var eventsOfUser = Array(repeating: [WatchEvent](), count: users)
        for event in data.events { eventsOfUser[event.user].append(event) }
        histories = eventsOfUser.map { UserHistory(events: $0, data: data) }
        neighbours = ItemNeighbours.fit(videoCount: videos, histories: Self.positives(eventsOfUser, data: data))
        deep = DeepScorer.untrained(dimension: completion.dimension, prior: statistics.meanCompletion)
        let (factors, scorer) = (completion, deep)
        deepVideoHalves = (0..<videos).flatMap { video in
            scorer.videoHalf(factors.items[(video * factors.dimension)..<((video + 1) * factors.dimension)])
        }
        directions = Self.directions(of: completion)
        freshnessDecay = data.videos.map { Formulas.freshnessDecay(ageSeconds: Double($0.ageSeconds)) }
        nameOrder = Self.nameOrder(of: data.videos)
        userPositions = Dictionary(data.users.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        videoPositions = Dictionary(data.videos.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The best of the whole catalogue that the user has not seen. A user who is not known gets what the priors say.
    package func feed(user: String, weights: RankingWeights, limit: Int) -> RankedPage {
        let position = userPositions[user]
        let seen = position.map { histories[$0].seen } ?? []
        let candidates = data.videos.indices.filter { !seen.contains($0) }
        return page(user: position, candidates: candidates, weights: weights, limit: limit, unknown: [])
    }

    /// The caller's candidates in the best order. Those the user has seen stay in: the caller chose them. A candidate named twice counts once.
    package func rank(user: String, candidates: [String], weights: RankingWeights, limit: Int) -> RankedPage {
        var chosen: [Int] = []
        var unknown: [String] = []
        var named: Set<String> = []
        for candidate in candidates where named.insert(candidate).inserted {
            if let position = videoPositions[candidate] { chosen.append(position) } else { unknown.append(candidate) }
        }
        return page(user: userPositions[user], candidates: chosen, weights: weights, limit: limit, unknown: unknown)
    }

    private func page(user: Int?, candidates: [Int], weights: RankingWeights, limit: Int, unknown: [String]) -> RankedPage {
        let scored = score(user: user, candidates: candidates, weights: weights)
        let placed = Reranker().page(
            of: scored, limit: min(max(limit, 0), RankingLimits.pageItems), creator: { data.videos[$0].creator },
            order: { nameOrder[$0] }, similarity: similarity)
        return RankedPage(
            items: placed.map { item($0, weights: weights) }, isColdStart: user.map { histories[$0].eventCount == 0 } ?? true,
            deepLearningIsPrior: deep.isPrior, candidateCount: candidates.count, unknownCandidates: unknown)
    }

    func score(user: Int?, candidates: [Int], weights: RankingWeights) -> [ScoredVideo] {
        let history = user.map { histories[$0] } ?? .stranger
        let share = Formulas.priorShare(events: history.eventCount)
        let (support, because) = itemAffinity(of: history)
        let dimension = completion.dimension
        let userHalf = deep.userHalf(user.map { completion.users[($0 * dimension)..<(($0 + 1) * dimension)] } ?? [])
        return candidates.map { video in
            let creatorScore = history.creatorScores[data.videos[video].creator] ?? 0
            let affinity = Formulas.affinity(item: support[video], creatorScore: creatorScore)
            let scores = ComponentScores(
                freshness: Formulas.freshness(decay: freshnessDecay[video], affinity: affinity),
                completion: Formulas.blend(
                    personal: user.map { completion.prediction(user: $0, item: video) } ?? 0,
                    prior: statistics.completionPrior[video], priorShare: share),
                engagement: Formulas.blend(
                    personal: user.map { engagement.prediction(user: $0, item: video) } ?? 0,
                    prior: statistics.engagementPrior[video], priorShare: share),
                affinity: affinity,
                deepLearning: deep.score(userHalf: userHalf, videoHalves: deepVideoHalves, video: video))
            let points = Self.points(scores, weights).reduce(Points(units: 0), +)
            return ScoredVideo(video: video, scores: scores, points: points, because: because[video] >= 0 ? because[video] : nil)
        }
    }

    /// How much the history speaks for each video, and which entry of it most (-1 for none).
    private func itemAffinity(of history: UserHistory) -> (support: [Double], because: [Int]) {
        var support = [Double](repeating: 0, count: data.videos.count)
        var most = [Double](repeating: 0, count: data.videos.count)
        var because = [Int](repeating: -1, count: data.videos.count)
        for entry in history.positives {
            for link in neighbours.links[entry.video] {
                let part = entry.strength * link.weight
                support[link.video] += part
                if part > most[link.video] {
                    most[link.video] = part
                    because[link.video] = entry.video
                }
            }
        }
        return (support, because)
    }

    private func item(_ placed: Reranker.Placed, weights: RankingWeights) -> RankedItem {
        let video = data.videos[placed.candidate.video]
        return RankedItem(
            videoID: video.id, creatorID: data.creators.indices.contains(video.creator) ? data.creators[video.creator] : "",
            scores: placed.candidate.scores, points: Self.points(placed.candidate.scores, weights), score: placed.candidate.points,
            becauseOf: placed.candidate.because.map { data.videos[$0].id }, authorDiscount: placed.authorDiscount,
            similarityPenalty: placed.similarityPenalty)
    }

    static func points(_ scores: ComponentScores, _ weights: RankingWeights) -> [Points] {
        RankingComponent.allCases.map { Points(weight: weights[$0], score: scores[$0]) }
    }

    private func similarity(_ one: Int, _ other: Int) -> Double {
        let dimension = completion.dimension
        var sum = 0.0
        for axis in 0..<dimension { sum += directions[one * dimension + axis] * directions[other * dimension + axis] }
        return Elementary.clip(sum)
    }

    private static func directions(of factors: ImplicitFactors) -> [Double] {
        var directions = factors.items
        for base in stride(from: 0, to: directions.count, by: factors.dimension) {
            let length = directions[base..<(base + factors.dimension)].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            for axis in base..<(base + factors.dimension) { directions[axis] /= length }
        }
        return directions
    }

    private static func nameOrder(of videos: [Video]) -> [Int] {
        var order = [Int](repeating: 0, count: videos.count)
        let byName = videos.indices.sorted { videos[$0].id != videos[$1].id ? videos[$0].id < videos[$1].id : $0 < $1 }
        for (place, video) in byName.enumerated() { order[video] = place }
        return order
    }

    /// Per user the videos watched with pleasure; of a video watched twice, the better time.
    private static func positives(_ eventsOfUser: [[WatchEvent]], data: RankingData) -> [[(video: Int, value: Double)]] {
        eventsOfUser.map { events in
            var best: [Int: Double] = [:]
            for event in events {
                let ratio = data.watchRatio(event)
                if UserHistory.isPositive(ratio) { best[event.video] = max(best[event.video] ?? 0, ratio) }
            }
            return best.keys.sorted().map { ($0, best[$0] ?? 0) }
        }
    }
}
