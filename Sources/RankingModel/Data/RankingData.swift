/// Everything the model learns from, at one moment.
package struct RankingData: Sendable {
    /// The moment that all ages count back from.
    package let asOfUnixSeconds: Int64
    package let users: [String]
    package let creators: [String]
    package let videos: [Video]
    package let events: [WatchEvent]

    /// Events of unknown users or videos, and videos of unknown creators' events, are left out: one bad row must not stop a service.
    package init(asOfUnixSeconds: Int64, users: [String], creators: [String], videos: [Video], events: [WatchEvent]) {
        self.asOfUnixSeconds = asOfUnixSeconds
        self.users = users
        self.creators = creators
        self.videos = videos
        self.events = events.filter { event in
            users.indices.contains(event.user) && videos.indices.contains(event.video)
                && creators.indices.contains(videos[event.video].creator)
        }
    }

    /// Watched share of the video, in 0...1.
    func watchRatio(_ event: WatchEvent) -> Double {
        let duration = videos[event.video].durationSeconds
        return duration > 0 ? Elementary.clip(event.watchedSeconds / Double(duration)) : 0
    }
}
