import Testing

@testable import RankingModel

/// Expected values are those of the C library's functions, to sixteen digits.
@Suite struct ElementaryTests {
    @Test(arguments: [(0.3, 1.2311444133449163), (-10.5, 0.0006905339660024879), (0, 1), (10, 1024), (-1, 0.5)])
    func `powers of two`(x: Double, expected: Double) {
        #expect(abs(Elementary.exp2(x) / expected - 1) < 4e-16)
    }

    @Test func `e to the power`() {
        #expect(abs(Elementary.exp(-3.7) / 0.024723526470339388 - 1) < 4e-15)
        #expect(abs(Elementary.exp(20.25) / 622_964_442.1984454 - 1) < 4e-15)
    }

    @Test func `edges of the powers`() {
        #expect(Elementary.exp2(2000) == .infinity)
        #expect(Elementary.exp2(-2000) == 0)
        #expect(Elementary.exp2(.nan).isNaN)
        #expect(Elementary.exp2(-.infinity) == 0)
    }

    @Test func `logarithms undo powers`() {
        #expect(abs(Elementary.log2(10) - 3.321928094887362) < 1e-15)
        #expect(Elementary.log2(1) == 0)
        #expect(Elementary.log2(0) == -.infinity)
        #expect(Elementary.log2(-1).isNaN)
        for x in stride(from: -20.0, through: 20, by: 0.37) {
            #expect(abs(Elementary.log2(Elementary.exp2(x)) - x) < 1e-13)
        }
    }

    @Test func `clip keeps everything in 0 to 1, also what is not a number`() {
        #expect(Elementary.clip(-0.1) == 0)
        #expect(Elementary.clip(0.4) == 0.4)
        #expect(Elementary.clip(7) == 1)
        #expect(Elementary.clip(.nan) == 0)
        #expect(Elementary.clip(.infinity) == 1)
    }

    @Test func `SplitMix64 gives its published sequence`() {
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in random.next() } == expected)
    }

    @Test func `random positions stay in bounds`() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<10_000 {
            #expect((0..<7).contains(random.below(7)))
        }
        #expect(random.below(0) == 0)
        #expect(random.below(-4) == 0)
    }

    @Test(arguments: [
        (0, 2, "0"), (125, 2, "1.25"), (120, 2, "1.2"), (10_000, 2, "100"), (5, 4, "0.0005"), (-150, 2, "-1.5"), (42, 0, "42"),
    ])
    func `decimals are short and exact`(units: Int, places: Int, expected: String) {
        #expect(DecimalText.make(units, places: places) == expected)
    }
}
