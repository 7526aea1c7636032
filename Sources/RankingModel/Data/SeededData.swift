/// Makes a watch log that has what real ones have: tastes, topics, popular and forgotten videos, active and nearly new users. It is the
/// data of the first version, and of every test that needs more than a handful of rows.
package struct SeededData: Sendable {
    package var seed: UInt64 = 0x0A11_CE5E_ED00_0001
    package var userCount = 200
    package var creatorCount = 40
    package var videoCount = 600
    package var topicCount = 8
    /// Of the most active user; activity falls off quadratically.
    package var mostEventsPerUser = 72
    /// 2025-10-26T08:30:00Z
    package var asOfUnixSeconds: Int64 = 1_761_467_400

    package init() {}

    package static let standard = SeededData()

    package func make() -> RankingData {
        var random = SplitMix64(seed: seed)
        let topicOfCreator = (0..<creatorCount).map { _ in random.below(topicCount) }
        var videos: [Video] = []
        var quality: [Double] = []
        var byTopic = Array(repeating: [Int](), count: max(topicCount, 1))
        for index in 0..<videoCount {
            let creator = random.below(creatorCount)
            let shape = random.unit()
            let age = random.unit()
            videos.append(
                Video(
                    id: Self.name("v", index, of: videoCount), creator: creator, durationSeconds: 20 + Int(shape * shape * 1400),
                    ageSeconds: 600 + Int(age * age * 10 * 86_400)))
            quality.append(random.unit())
            byTopic[topicOfCreator[creator]].append(index)
        }
        var events: [WatchEvent] = []
        for user in 0..<userCount {
            appendEvents(
                of: user, videos: videos, quality: quality, byTopic: byTopic, topicOfCreator: topicOfCreator, random: &random,
                to: &events)
        }
        return RankingData(
            asOfUnixSeconds: asOfUnixSeconds, users: (0..<userCount).map { Self.name("u", $0, of: userCount) },
            creators: (0..<creatorCount).map { Self.name("c", $0, of: creatorCount) }, videos: videos, events: events)
    }

    private func appendEvents(
        of user: Int, videos: [Video], quality: [Double], byTopic: [[Int]], topicOfCreator: [Int], random: inout SplitMix64,
        to events: inout [WatchEvent]
    ) {
        let favourites = [random.below(topicCount), random.below(topicCount)]
        let activity = random.unit()
        var seen: Set<Int> = []
        for _ in 0..<(1 + Int(activity * activity * Double(mostEventsPerUser))) {
            let (coin, place) = (random.unit(), random.unit())
            let pool = coin < 0.7 ? byTopic[favourites[coin < 0.45 ? 0 : 1]] : []
            // Squaring the place makes the first videos of a pool the popular ones.
            let video = pool.isEmpty ? Int(place * place * Double(videos.count)) : pool[Int(place * place * Double(pool.count))]
            let (noise, when, mood) = (random.unit(), random.unit(), random.unit())
            guard seen.insert(video).inserted else { continue }
            let likesTopic = favourites.contains(topicOfCreator[videos[video].creator])
            let short = videos[video].durationSeconds < 60 ? 0.15 : 0
            let ratio = Elementary.clip(0.05 + (likesTopic ? 0.45 : 0) + 0.3 * quality[video] + short + 0.4 * (noise - 0.5))
            events.append(
                WatchEvent(
                    user: user, video: video, ageSeconds: Int(when * Double(videos[video].ageSeconds)),
                    watchedSeconds: ratio * Double(videos[video].durationSeconds), reactions: reactions(ratio: ratio, mood: mood)))
        }
    }

    private func reactions(ratio: Double, mood: Double) -> WatchEvent.Reactions {
        if ratio < 0.15, mood < 0.2 { return .reject }
        guard ratio > 0.6 else { return [] }
        if mood < 0.05 { return [.like, .share] }
        if mood < 0.12 { return [.like, .follow] }
        if mood < 0.2 { return [.like, .comment] }
        return mood < 0.55 ? .like : []
    }

    /// `u001`: padded, so that names sort as numbers do.
    private static func name(_ letter: String, _ index: Int, of count: Int) -> String {
        let digits = String(index + 1)
        let width = max(3, String(count).utf8.count)
        return letter + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
