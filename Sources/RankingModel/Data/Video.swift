/// One video, as far as ranking cares. Ages are counted back from the time of the data set.
package struct Video: Sendable, Hashable {
    package let id: String
    /// Position in `RankingData.creators`.
    package let creator: Int
    package let durationSeconds: Int
    package let ageSeconds: Int

    package init(id: String, creator: Int, durationSeconds: Int, ageSeconds: Int) {
        self.id = id
        self.creator = creator
        self.durationSeconds = durationSeconds
        self.ageSeconds = ageSeconds
    }

    /// Short videos are finished more often because they are short; completion is compared within one bucket.
    var durationBucket: Int { durationSeconds < 60 ? 0 : durationSeconds < 300 ? 1 : durationSeconds < 900 ? 2 : 3 }
    static let durationBucketCount = 4
}
