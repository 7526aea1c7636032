import Testing

@testable import Delivery

/// Against SciPy 1.17: `mannwhitneyu(a, b, alternative="greater")` with method "exact" (no ties) and "asymptotic" (continuity and tie
/// correction); with ties, an exact count of all ways to choose, which SciPy has not.
@Suite struct RankTestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var a: [Double]
        var b: [Double]
        var u: Double
        var probability: Double
        var method: RankTest.Method
        var testDescription: String { "\(a.count) against \(b.count), U = \(u), \(method.rawValue)" }
    }

    static let cases: [Case] = [
        Case(a: [0.344, 1.111, 0.374], b: [-0.315, -0.93, -0.213], u: 9.0, probability: 0.05, method: .exact),
        Case(
            a: [1.712, 1.024, 1.637, 0.849, 0.995], b: [0.185, -1.666, 0.855, 0.506, 0.499], u: 24.0, probability: 0.007936507936507936,
            method: .exact),
        Case(
            a: [-1.091, -1.144, -0.29, 0.132, 0.905], b: [-0.046, 0.521, -0.642, 0.309], u: 7.0, probability: 0.7936507936507936,
            method: .exact),
        Case(
            a: [0.994, -0.061, 2.318, 1.157, 1.797, -0.02, -0.14, 0.256], b: [-0.106, 0.632, 0.248, -0.447, -0.957, -0.521], u: 40.0,
            probability: 0.021312021312021312, method: .exact),
        Case(
            a: [1.821, -0.208, 0.845, 1.027, -0.89, 0.648, 1.906, -1.414, 0.278, 0.494],
            b: [-0.817, 0.497, -0.062, -1.465, 0.828, 0.669, 0.946, 1.441, 0.362, 0.119], u: 56.0, probability: 0.3421052631578948,
            method: .exact),
        Case(
            a: [
                -0.699, 1.215, -0.012, 0.147, -0.665, -0.368, 0.069, 1.889, -1.432, -0.858, 0.839, 2.043, 1.178, -1.3, -1.918, 0.957,
                -0.136, -0.52, 1.577, 1.702,
            ],
            b: [
                0.157, 0.246, 0.434, 1.594, 0.619, 0.519, 0.548, -1.568, 1.282, 0.955, 0.53, -1.974, -0.634, 0.842, -1.811, -0.184, 1.02,
                -1.311, 1.61, 0.552,
            ], u: 196.0, probability: 0.5478959810632683, method: .exact),
        Case(
            a: [
                0.45, 0.925, 1.25, 0.72, 1.746, -0.062, 0.185, 1.642, 0.627, -0.28, 1.546, 2.065, 0.155, -0.78, 0.465, 0.451, 0.302, 2.005,
                -0.427, 1.861, -0.668, -0.187, 1.232, 1.729, 1.459,
            ],
            b: [
                0.345, 0.142, 0.152, 0.575, -0.176, 0.277, 0.573, 0.001, 0.764, 0.566, 2.011, 0.325, -0.428, -0.373, -0.013, 0.924, -0.337,
                0.386, 1.837, -2.565, -1.124, 0.244, 0.398, 0.239, -0.431,
            ], u: 416.0, probability: 0.022492266266415695, method: .exact),
        Case(a: [0, 3, 0, 0], b: [2, 0, 0, 2], u: 7.0, probability: 0.6428571428571429, method: .exact),
        Case(a: [0, 3, 1, 0, 1], b: [2, 0, 0, 0, 0], u: 17.0, probability: 0.20238095238095238, method: .exact),
        Case(a: [3, 3, 3, 1, 0, 3], b: [0, 0, 1, 0, 0], u: 26.5, probability: 0.023809523809523808, method: .exact),
        Case(a: [3, 2, 1, 0, 0, 1, 2], b: [0, 0, 2, 0, 1, 0, 0], u: 36.0, probability: 0.087995337995338, method: .exact),
        Case(a: [0, 0, 0, 0, 2, 0, 1, 0], b: [1, 2, 2, 0, 1, 0, 0, 0], u: 24.0, probability: 0.8916083916083916, method: .exact),
        Case(
            a: [2, 4, 0, 2, 0, 2, 4, 1, 0, 4, 2, 2, 2, 4, 0, 4, 0, 0, 0, 0, 0, 3, 2, 4, 0, 3, 3, 2, 4, 1],
            b: [0, 2, 2, 0, 0, 0, 3, 3, 0, 2, 3, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 1, 0, 0, 3, 0], u: 606.0,
            probability: 0.007195969836837661, method: .approximate),
        Case(
            a: [2, 4, 3, 3, 2, 3, 0, 3, 0, 3, 3, 0, 2, 0, 3, 0, 0, 0, 0, 2, 3, 4, 0, 3, 0, 1, 4, 3, 3, 3, 2, 0, 3, 0, 0, 0, 1, 0, 0, 3],
            b: [
                1, 2, 0, 0, 1, 0, 2, 2, 2, 2, 0, 3, 0, 1, 2, 2, 1, 2, 0, 3, 2, 0, 2, 0, 1, 0, 1, 0, 1, 1, 0, 0, 3, 0, 1, 0, 0, 3, 0, 0, 0,
                3, 3, 3, 0, 0, 0, 0, 1, 0, 3, 0, 1, 1, 0, 3, 0, 0, 3, 1,
            ], u: 1458.0, probability: 0.028080405552130698, method: .approximate),
        Case(
            a: [
                3, 2, 1, 2, 0, 1, 1, 0, 4, 1, 0, 1, 3, 2, 2, 4, 0, 2, 1, 3, 3, 1, 3, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 2, 4, 1, 2, 0, 3, 3,
                3, 2, 4, 1, 0, 1, 0, 4, 0, 2, 0, 1, 0, 4, 0, 1, 0, 3, 0, 0, 1, 0, 2, 0, 1, 3, 2, 1, 3, 0, 0, 3, 4, 0, 0, 0, 1, 0, 0, 0, 1,
                4, 1, 3, 0, 1, 2, 3, 4, 0, 1, 1, 0, 1, 0, 0, 0, 4, 3,
            ],
            b: [
                2, 0, 2, 1, 0, 1, 0, 3, 3, 1, 3, 1, 2, 1, 2, 0, 3, 0, 0, 0, 0, 3, 3, 3, 0, 1, 0, 0, 0, 0, 0, 3, 3, 0, 1, 0, 0, 0, 3, 1, 2,
                3, 0, 2, 0, 3, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 3, 0, 0, 2, 0, 0, 0, 0, 0, 1,
                2, 0, 1, 0, 0, 0, 3, 0, 0, 2, 2, 0, 3, 3, 2, 1, 0, 3,
            ], u: 5898.0, probability: 0.009885354779709374, method: .approximate),
        Case(
            a: [
                2.655, 2.566, 1.945, 1.768, 0.583, 3.828, 2.516, 3.093, 1.118, 1.815, 0.18, 2.78, 2.935, 0.103, 1.948, 2.63, 0.238, 0.175,
                0.935, 1.371, 0.597, 2.032, 2.25, 2.634, 2.702, 3.503, 3.164, 0.688, 1.495, 0.94, 0.923, 1.919, 2.005, 2.49, 0.413, 0.762,
                1.977, 1.801, 1.689, 1.937, 1.24, 2.701, 2.354, 1.912, 1.328, 1.826, -0.722, 1.019, 2.037, 0.496, 2.2, 2.147, 0.622, 1.749,
                1.686, 2.46, 2.612, 1.964, 1.149, 1.856,
            ],
            b: [
                -0.065, 0.734, 0.294, -0.723, -1.354, -0.373, -0.74, -1.112, -0.116, -0.491, 0.105, 0.523, -0.413, 2.324, -0.321, 1.102,
                0.122, 1.116, -2.376, -0.751, 0.247, 0.602, 2.337, 0.323, 1.28, 0.766, 0.947, 0.51, -0.156, 0.509, -1.078, 1.181, -1.017,
                0.249, 2.121, -0.223, 0.02, 1.163, 0.026, -0.808, 0.258, 0.582, 0.71, -0.773, 1.753, 1.667, 0.018, 0.269, -0.429, 1.414,
                -0.705, 0.674, -0.48, -0.694, 0.719, 1.334, -0.01, -0.677, 0.811, -0.05,
            ], u: 3128.0, probability: 1.612332774176328e-12, method: .approximate),
    ]

    @Test(arguments: cases)
    func itAgreesWithSciPy(_ it: Case) throws {
        let test = try #require(RankTest(it.a, isLargerThan: it.b))
        #expect(test.u == it.u && test.method == it.method)
        #expect((test.probability / it.probability - 1).magnitude < 1e-9, "\(test.probability)")
    }

    static let tables: [(Int, Int, Int, Double)] = [
        (3, 3, 0, 1.0 / 20), (4, 4, 1, 2.0 / 70), (5, 5, 4, 12.0 / 252), (4, 3, 0, 1.0 / 35), (5, 5, 0, 1.0 / 252),
    ]

    /// The tables of Mann and Whitney (1947) and Milton (1964): chances of U at most u for n and m, which are those of n m - u at least.
    @Test(arguments: tables)
    func itAgreesWithTheTables(_ count: Int, _ other: Int, _ u: Int, _ probability: Double) throws {
        // All of the first above all of the second, but for u pairs: the lowest of the first sinks below u of the second.
        var sample = (0..<count).map { Double(100 + $0) }
        let others = (0..<other).map { Double($0 * 2) }
        if u > 0 { sample[0] = Double((other - u) * 2) - 1 }
        let test = try #require(RankTest(sample, isLargerThan: others))
        #expect(test.u == Double(count * other - u))
        #expect((test.probability - probability).magnitude < 1e-12)
    }

    @Test func equalSamplesProveNothing() throws {
        #expect(RankTest([1, 1, 1], isLargerThan: [1, 1, 1])?.probability == 1)
        let many = [Double](repeating: 4, count: 40)
        #expect(RankTest(many, isLargerThan: many)?.probability == 1)
    }

    @Test func infinitiesAreTheLargestAndSmallestValues() throws {
        let test = try #require(RankTest([.infinity, .infinity, 5], isLargerThan: [-.infinity, 1, 2]))
        #expect(test.u == 9 && (test.probability - 0.05).magnitude < 1e-12)
    }

    @Test func whatHasNoRankIsRefused() {
        #expect(RankTest([], isLargerThan: [1]) == nil)
        #expect(RankTest([1], isLargerThan: []) == nil)
        #expect(RankTest([.nan], isLargerThan: [1]) == nil)
        #expect(RankTest([1], isLargerThan: [.nan, 1]) == nil)
    }

    /// Both ways of one question: what is not larger one way is larger the other, but for the ways that are as it is.
    @Test func bothDirectionsAddUp() throws {
        let (a, b): ([Double], [Double]) = ([1, 4, 6, 9, 9], [2, 4, 5, 7])
        let larger = try #require(RankTest(a, isLargerThan: b))
        let smaller = try #require(RankTest(b, isLargerThan: a))
        #expect(larger.u + smaller.u == 20)
        #expect(larger.probability + smaller.probability >= 1)
    }

    @Test func theLeastProbabilityIsThatOfPerfectOrder() throws {
        for (count, other) in [(1, 1), (3, 3), (4, 6), (8, 8)] {
            let perfect = try #require(RankTest((0..<count).map { 100.0 + Double($0) }, isLargerThan: (0..<other).map { Double($0) }))
            #expect((RankTest.leastProbability(count, other) / perfect.probability - 1).magnitude < 1e-12)
        }
    }

    /// The exact count and the approximation meet where one takes over from the other.
    @Test func theApproximationIsCloseAtTheBorder() throws {
        let a = (0..<26).map { Double($0) * 1.3 + 4 }
        let b = (0..<25).map { Double($0) * 1.3 + 0.1 }
        let approximate = try #require(RankTest(a, isLargerThan: b))
        let exact = try #require(RankTest(Array(a.dropLast()), isLargerThan: b))
        #expect(approximate.method == .approximate && exact.method == .exact)
        #expect((approximate.probability - exact.probability).magnitude < 0.03)
    }

    static let tails: [(Double, Double)] = [
        (0, 0.5), (0.5, 0.308_537_538_725_986_9), (1.96, 0.024_997_895_148_220_435), (2.9, 0.001_865_813_300_384_037_5),
        (3, 0.001_349_898_031_630_093_3), (3.1, 0.000_967_603_213_218_356_3), (5, 2.866_515_718_791_933e-07),
        (8, 6.220_960_574_271_74e-16), (20, 2.753_624_118_606_155_6e-89), (37, 5.725_571_222_523_926_6e-300),
    ]

    @Test(arguments: tails)
    func theTailOfTheNormalDistribution(_ z: Double, _ probability: Double) {
        #expect((NormalTail.above(z) / probability - 1).magnitude < 1e-9)
        #expect((NormalTail.above(-z) - (1 - probability)).magnitude < 1e-12)
    }
}
