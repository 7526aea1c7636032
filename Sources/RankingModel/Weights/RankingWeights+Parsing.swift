extension RankingWeights {
    /// Reads weights as they stand in a ConfigMap: one text a component. Space around a number is ignored, as files end with a line feed.
    package init(texts: [String: String]) throws(RankingWeightsError) {
        let known = Set(RankingComponent.allCases.map(\.rawValue))
        if let name = texts.keys.filter({ !known.contains($0) }).min() { throw .unknown(name: name) }
        let missing = RankingComponent.allCases.filter { texts[$0.rawValue] == nil }
        guard missing.isEmpty else { throw .missing(missing) }
        self = try RankingWeights(
            freshness: Self.percent(.freshness, texts), completion: Self.percent(.completion, texts),
            engagement: Self.percent(.engagement, texts), affinity: Self.percent(.affinity, texts),
            deepLearning: Self.percent(.deepLearning, texts))
    }

    private static func percent(_ component: RankingComponent, _ texts: [String: String]) throws(RankingWeightsError) -> Percent {
        let text = trimmed(texts[component.rawValue] ?? "")
        guard let percent = Percent(parsing: text) else { throw .notANumber(component, text: text) }
        return percent
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}
