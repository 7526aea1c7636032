extension SmokeStep {
    /// Status codes that are right: one, or all from a first to a last.
    package struct Status: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
        package var codes: ClosedRange<Int>

        package init(_ codes: ClosedRange<Int>) { self.codes = codes }
        package init(integerLiteral code: Int) { codes = code...code }

        /// `200`, `2xx`, or `200-204`. `nil` for anything else, and outside of 100 to 599.
        package init?(_ text: String) {
            if let hundreds = text.first?.wholeNumberValue, text.count == 3, text.dropFirst().lowercased() == "xx",
                (1...5).contains(hundreds)
            {
                codes = hundreds * 100...hundreds * 100 + 99
                return
            }
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count),
                ends.allSatisfy({ $0.utf8.count == 3 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
                let first = Int(ends[0]), let last = Int(ends[ends.count - 1]), first <= last, PolicyLimits.status.contains(first),
                PolicyLimits.status.contains(last)
            else { return nil }
            codes = first...last
        }

        package var description: String {
            if codes.count == 1 { return String(codes.lowerBound) }
            if codes.count == 100, codes.lowerBound % 100 == 0 { return "\(codes.lowerBound / 100)xx" }
            return "\(codes.lowerBound)-\(codes.upperBound)"
        }

        static let pattern = "^([1-5][xX]{2}|[1-5][0-9]{2}(-[1-5][0-9]{2})?)$"
    }
}
