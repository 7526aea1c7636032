/// The one-sided rank test of Mann and Whitney (1947), also called Wilcoxon's rank sum test.
///
/// It asks whether the values of one sample tend to be larger than those of another, and assumes nothing of how they are distributed: one
/// outlier counts as one value, whatever its size.
package struct RankTest: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable {
        /// Every way to share the ranks out is counted, ties as they are.
        case exact
        /// The normal distribution, corrected for ties and for continuity.
        case approximate
    }

    /// How often a value of the first sample is the larger one of a pair; a tie counts half.
    package var u: Double
    /// How likely a `u` of this size or more is when both samples are of the same kind.
    package var probability: Double
    package var method: Method

    /// Whether `sample` tends to be larger than `other`.
    /// - Returns: `nil` when one of them is empty or holds a NaN, which has no rank.
    package init?(_ sample: [Double], isLargerThan other: [Double]) {
        guard !sample.isEmpty, !other.isEmpty, !sample.contains(where: \.isNaN), !other.contains(where: \.isNaN) else { return nil }
        let ranks = Ranks(sample, other)
        let rankSum = ranks.doubled[..<sample.count].reduce(0, +)
        u = Double(rankSum - sample.count * (sample.count + 1)) / 2
        if sample.count + other.count <= Self.exactCount {
            method = .exact
            probability = Self.exact(ranks.doubled, count: sample.count, atLeast: rankSum)
        } else {
            method = .approximate
            probability = Self.approximate(u, ranks, Double(sample.count), Double(other.count))
        }
    }

    /// The smallest probability that samples of this size can give.
    package static func leastProbability(_ count: Int, _ other: Int) -> Double {
        var ways = 1.0
        for step in 0..<min(count, other) { ways = ways * Double(count + other - step) / Double(step + 1) }
        return 1 / ways
    }

    /// Up to so many values in all every way is counted: the counts stay whole numbers in a Double (C(50, 25) is below 2^47), and above
    /// it the approximation is good to the third digit.
    static let exactCount = 50

    /// The share of all choices of `count` ranks whose sum is at least this.
    private static func exact(_ ranks: [Int], count: Int, atLeast sum: Int) -> Double {
        let most = ranks.reduce(0, +)
        // ways[k][s]: choices of k ranks that sum to s.
        var ways = [[Double]](repeating: [Double](repeating: 0, count: most + 1), count: count + 1)
        ways[0][0] = 1
        for (index, rank) in ranks.enumerated() {
            for chosen in stride(from: min(index + 1, count), through: 1, by: -1) {
                for total in stride(from: most, through: rank, by: -1) where ways[chosen - 1][total - rank] > 0 {
                    ways[chosen][total] += ways[chosen - 1][total - rank]
                }
            }
        }
        return ways[count][min(sum, most)...].reduce(0, +) / ways[count].reduce(0, +)
    }

    private static func approximate(_ u: Double, _ ranks: Ranks, _ count: Double, _ other: Double) -> Double {
        let all = count + other
        let ties = ranks.ties.reduce(0.0) { $0 + Double($1) * (Double($1) * Double($1) - 1) }
        let variance = count * other / 12 * (all + 1 - ties / (all * (all - 1)))
        // All values are the same: nothing is larger than anything.
        guard variance > 0 else { return 1 }
        return NormalTail.above((u - count * other / 2 - 0.5) / variance.squareRoot())
    }

    /// Twice the ranks of the values of both samples, in the order of the samples; equal values share the mean of their ranks, which
    /// twice is a whole number.
    private struct Ranks {
        var doubled: [Int]
        /// How many values are equal, for each value that is not alone.
        var ties: [Int] = []

        init(_ sample: [Double], _ other: [Double]) {
            let values = sample + other
            let order = values.indices.sorted { values[$0] < values[$1] }
            doubled = [Int](repeating: 0, count: values.count)
            var first = 0
            while first < order.count {
                var last = first
                while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
                for place in first...last { doubled[order[place]] = first + last + 2 }
                if last > first { ties.append(last - first + 1) }
                first = last + 1
            }
        }
    }
}
