/// A small network over a user's and a video's vector: one hidden layer with rectifiers, one sigmoid at the end.
///
/// Without trained parameters it has small ones from a fixed seed and an output bias at the prior, so that it says nearly the same for
/// all pairs. It then reports itself as a prior: nobody should read learning into it.
struct DeepScorer: Sendable {
    static let hiddenUnits = 16

    let isPrior: Bool
    let dimension: Int
    /// Rows of `hiddenUnits`: first the user's axes, then the video's.
    private let first: [Double]
    private let second: [Double]
    private let bias: Double

    /// - Parameter prior: the expected value in 0...1, as the mean completion.
    static func untrained(dimension: Int, prior: Double, seed: UInt64 = 0xDEE9_5C02_E200_0001) -> DeepScorer {
        var random = SplitMix64(seed: seed)
        let first = (0..<(2 * dimension * hiddenUnits)).map { _ in (random.unit() - 0.5) * 0.5 }
        let second = (0..<hiddenUnits).map { _ in (random.unit() - 0.5) * 0.5 }
        let bounded = min(max(prior, 0.01), 0.99)
        let bias = Elementary.log2(bounded / (1 - bounded)) * 0.693_147_180_559_945_3
        return DeepScorer(isPrior: true, dimension: dimension, first: first, second: second, bias: bias)
    }

    /// The user's half of the first layer, computed once for all candidates.
    func userHalf(_ vector: ArraySlice<Double>) -> [Double] {
        var half = [Double](repeating: 0, count: Self.hiddenUnits)
        for (axis, value) in vector.prefix(dimension).enumerated() {
            for unit in 0..<Self.hiddenUnits { half[unit] += value * first[axis * Self.hiddenUnits + unit] }
        }
        return half
    }

    /// The video's half of the first layer, computed once for all users.
    func videoHalf(_ vector: ArraySlice<Double>) -> [Double] {
        var half = [Double](repeating: 0, count: Self.hiddenUnits)
        for (axis, value) in vector.prefix(dimension).enumerated() {
            for unit in 0..<Self.hiddenUnits { half[unit] += value * first[(dimension + axis) * Self.hiddenUnits + unit] }
        }
        return half
    }

    /// - Parameter videoHalves: all videos' halves, one after the other.
    func score(userHalf: [Double], videoHalves: [Double], video: Int) -> Double {
        var sum = bias
        let base = video * Self.hiddenUnits
        for unit in 0..<Self.hiddenUnits {
            let value = userHalf[unit] + videoHalves[base + unit]
            if value > 0 { sum += value * second[unit] }
        }
        return Elementary.sigmoid(sum)
    }
}
