internal import Observability
internal import RankingModel

/// Writes a page of results as JSON, by hand: it is the answer to nearly all requests.
struct PageBody {
    let user: String
    let page: RankedPage
    let snapshot: WeightsSnapshot
    let identity: ServiceIdentity
    let isExplained: Bool

    func bytes() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256 + page.items.count * (isExplained ? 640 : 96))
        output += Array(#"{"user_id":"#.utf8)
        JSONText.append(user, to: &output)
        output += Array(#","mode":"\#(identity.mode)","cold_start":\#(page.isColdStart),"candidates":\#(page.candidateCount),"#.utf8)
        identity.append(weightsVersion: snapshot.version, to: &output)
        output += Array(#","model_version":"\#(BuiltIn.modelVersion)""#.utf8)
        if !page.unknownCandidates.isEmpty { appendUnknown(to: &output) }
        output += Array(#","items":["#.utf8)
        for (index, item) in page.items.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(item, rank: index + 1, to: &output)
        }
        output += Array("]}".utf8)
        return output
    }

    private func append(_ item: RankedItem, rank: Int, to output: inout [UInt8]) {
        output += Array(#"{"video_id":"#.utf8)
        JSONText.append(item.videoID, to: &output)
        output += Array(#","creator_id":"#.utf8)
        JSONText.append(item.creatorID, to: &output)
        output += Array(#","rank":"#.utf8)
        DecimalText.append(rank, places: 0, to: &output)
        output += Array(#","score":"#.utf8)
        DecimalText.append(item.score.units, places: Points.places, to: &output)
        if isExplained { appendExplanation(of: item, to: &output) }
        output.append(UInt8(ascii: "}"))
    }

    private func appendExplanation(of item: RankedItem, to output: inout [UInt8]) {
        output += Array(#","explain":{"#.utf8)
        for (component, points) in zip(RankingComponent.allCases, item.points) {
            JSONText.append(component.wireName, to: &output)
            output += Array(#":{"raw":"#.utf8)
            Self.append(item.scores[component], to: &output)
            output += Array(#","weight":"#.utf8)
            DecimalText.append(snapshot.weights[component].hundredths, places: 2, to: &output)
            output += Array(#","points":"#.utf8)
            DecimalText.append(points.units, places: Points.places, to: &output)
            if component == .affinity, let because = item.becauseOf {
                output += Array(#","because":"#.utf8)
                JSONText.append(because, to: &output)
            }
            if component == .deepLearning, page.deepLearningIsPrior { output += Array(#","prior":true"#.utf8) }
            output += Array("},".utf8)
        }
        output += Array(#""rerank":{"author_discount":"#.utf8)
        Self.append(item.authorDiscount, to: &output)
        output += Array(#","mmr_penalty":"#.utf8)
        Self.append(item.similarityPenalty, to: &output)
        output += Array("}}".utf8)
    }

    private func appendUnknown(to output: inout [UInt8]) {
        output += Array(#","unknown_candidates":["#.utf8)
        for (index, name) in page.unknownCandidates.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONText.append(name, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    /// Scores and discounts are in 0...1; six places are finer than anything in them means.
    private static func append(_ score: Double, to output: inout [UInt8]) {
        DecimalText.append(Int((score * 1_000_000).rounded()), places: 6, to: &output)
    }
}
