/// One time that a user was shown a video, and what came of it.
package struct WatchEvent: Sendable, Hashable {
    package struct Reactions: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let like = Reactions(rawValue: 1)
        package static let comment = Reactions(rawValue: 2)
        package static let share = Reactions(rawValue: 4)
        package static let follow = Reactions(rawValue: 8)
        /// Reported or hidden.
        package static let reject = Reactions(rawValue: 16)
    }

    /// Positions in `RankingData.users` and `.videos`.
    package let user: Int
    package let video: Int
    package let ageSeconds: Int
    package let watchedSeconds: Double
    package let reactions: Reactions

    package init(user: Int, video: Int, ageSeconds: Int, watchedSeconds: Double, reactions: Reactions = []) {
        self.user = user
        self.video = video
        self.ageSeconds = ageSeconds
        self.watchedSeconds = watchedSeconds
        self.reactions = reactions
    }

    /// In 0...1: a comment says more than a like, a share more than both, and a report outweighs them all.
    package var engagement: Double {
        var points = 0.0
        if reactions.contains(.like) { points += 1 }
        if reactions.contains(.comment) { points += 2 }
        if reactions.contains(.share) { points += 3 }
        if reactions.contains(.follow) { points += 2 }
        if reactions.contains(.reject) { points -= 5 }
        return Elementary.clip(points / 3)
    }
}
