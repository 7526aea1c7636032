/// What all users together say about the videos: computed once, read by every request.
struct VideoStatistics: Sendable {
    /// Per video, in 0...1.
    let completionPrior: [Double]
    let engagementPrior: [Double]
    let meanCompletion: Double

    init(data: RankingData) {
        let count = data.videos.count
        var shown = [Int](repeating: 0, count: count)
        var completion = [Double](repeating: 0, count: count)
        var engagement = [Double](repeating: 0, count: count)
        var bucketSum = [Double](repeating: 0, count: Video.durationBucketCount)
        var bucketCount = [Int](repeating: 0, count: Video.durationBucketCount)
        for event in data.events {
            let ratio = data.watchRatio(event)
            shown[event.video] += 1
            completion[event.video] += ratio
            engagement[event.video] += event.engagement
            bucketSum[data.videos[event.video].durationBucket] += ratio
            bucketCount[data.videos[event.video].durationBucket] += 1
        }
        let total = bucketCount.reduce(0, +)
        let mean = total > 0 ? bucketSum.reduce(0, +) / Double(total) : 0.5
        let bucketMean = zip(bucketSum, bucketCount).map { $1 > 0 ? $0 / Double($1) : mean }
        meanCompletion = mean
        completionPrior = (0..<count).map {
            Formulas.completionPrior(sum: completion[$0], count: shown[$0], bucketMean: bucketMean[data.videos[$0].durationBucket])
        }
        engagementPrior = (0..<count).map { Formulas.wilsonLowerBound(successes: engagement[$0], count: shown[$0]) }
    }
}
