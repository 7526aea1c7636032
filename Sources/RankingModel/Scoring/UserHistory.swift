/// What is known of one user: computed once, read by that user's requests.
struct UserHistory: Sendable {
    struct Entry: Sendable {
        var video: Int
        /// Watch ratio times its decay, in 0...1.
        var strength: Double
    }

    static let stranger = UserHistory()

    private(set) var eventCount = 0
    private(set) var seen: Set<Int> = []
    /// Newest first, positives only.
    private(set) var positives: [Entry] = []
    private(set) var creatorScores: [Int: Double] = [:]

    private init() {}

    /// - Parameter events: those of this user only.
    init(events: [WatchEvent], data: RankingData) {
        eventCount = events.count
        let newestFirst = events.sorted { $0.ageSeconds != $1.ageSeconds ? $0.ageSeconds < $1.ageSeconds : $0.video < $1.video }
        for event in newestFirst {
            seen.insert(event.video)
            let ratio = data.watchRatio(event)
            let decay = Formulas.decay(ageSeconds: Double(event.ageSeconds), halfLifeSeconds: Formulas.affinityHalfLifeSeconds)
            creatorScores[data.videos[event.video].creator, default: 0] += decay * (ratio + event.engagement)
            if Self.isPositive(ratio), positives.count < RankingLimits.historyPerUser {
                positives.append(Entry(video: event.video, strength: decay * ratio))
            }
        }
    }

    /// Half of a video is more than curiosity.
    static func isPositive(_ ratio: Double) -> Bool { ratio >= 0.5 }
}
