import Testing

@testable import RankingModel

@Suite struct RankingWeightsTests {
    static let texts = ["freshness": "15\n", "completion": "40", "engagement": "25", "affinity": " 15 ", "deepLearning": "5"]

    @Test func `the texts of a ConfigMap give the standard weights`() throws {
        #expect(try RankingWeights(texts: Self.texts) == .standard)
    }

    @Test func `decimals add up exactly`() throws {
        let weights = try RankingWeights(texts: [
            "freshness": "33.33", "completion": "33.33", "engagement": "33.34", "affinity": "0", "deepLearning": "0.0",
        ])
        #expect(weights.engagement.hundredths == 3334)
        #expect(weights.canonicalJSON == #"{"affinity":0,"completion":33.33,"deepLearning":0,"engagement":33.34,"freshness":33.33}"#)
    }

    @Test func `a sum that is not 100 is refused with the sum`() {
        var texts = Self.texts
        texts["completion"] = "41"
        let error = #expect(throws: RankingWeightsError.self) { try RankingWeights(texts: texts) }
        #expect(error == .sumIsNot100(Percent(101)))
        #expect(error?.description == "ranking weights add up to 101; they must add up to exactly 100")
    }

    @Test func `a sum that is off by a hundredth is refused`() {
        var texts = Self.texts
        texts["completion"] = "39.99"
        #expect(throws: RankingWeightsError.sumIsNot100(Percent(hundredths: 9999))) { try RankingWeights(texts: texts) }
    }

    @Test(arguments: ["-1", "100.01", "250"])
    func `a weight outside 0 to 100 is refused`(text: String) {
        var texts = Self.texts
        texts["affinity"] = text
        #expect(throws: RankingWeightsError.outOfRange(.affinity, Percent(parsing: text)!)) { try RankingWeights(texts: texts) }
    }

    @Test(arguments: ["", "abc", "1e2", "+5", "5%", "1.234", ".5", "5.", "NaN", "1 5", "99999999999999999999", "--1", "٥"])
    func `what is not a percentage is refused`(text: String) {
        var texts = Self.texts
        texts["freshness"] = text
        #expect(throws: RankingWeightsError.notANumber(.freshness, text: text)) { try RankingWeights(texts: texts) }
    }

    @Test func `a missing and an unknown weight are named`() {
        var texts = Self.texts
        texts["deepLearning"] = nil
        texts["engagement"] = nil
        let missing = #expect(throws: RankingWeightsError.self) { try RankingWeights(texts: texts) }
        #expect(missing?.description == "ranking weights are incomplete: engagement, deepLearning missing; all five must be given")
        texts["deep_learning"] = "5"
        #expect(throws: RankingWeightsError.unknown(name: "deep_learning")) { try RankingWeights(texts: texts) }
    }

    @Test func `a score of one gives the weight in points, and points add up`() {
        #expect(Points(weight: Percent(40), score: 1).description == "40")
        #expect(Points(weight: Percent(40), score: 0.5).description == "20")
        #expect(Points(weight: Percent(hundredths: 1250), score: 0.3333).description == "4.1663")
        #expect((Points(units: 12_345) + Points(units: 55)).value == 1.24)
    }
}
