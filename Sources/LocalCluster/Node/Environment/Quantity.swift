/// A Kubernetes quantity (`500m`, `1Gi`, `2e3`) in thousandths.
package struct Quantity: Sendable, Hashable, Comparable {
    package var thousandths: Int64

    package init(thousandths: Int64) { self.thousandths = thousandths }

    /// `nil` when the text is not a quantity. What does not fit is the largest quantity.
    package init?(_ text: String) {
        let suffix = text.drop { $0.isNumber || $0 == "." || $0 == "+" || $0 == "-" }
        let number = text[..<suffix.startIndex]
        guard let mantissa = Double(number) else { return nil }
        let factor: Double
        switch suffix {
        case "n": factor = 1e-9
        case "u": factor = 1e-6
        case "m": factor = 1e-3
        case "": factor = 1
        case "k": factor = 1e3
        case "M": factor = 1e6
        case "G": factor = 1e9
        case "T": factor = 1e12
        case "P": factor = 1e15
        case "E": factor = 1e18
        case "Ki": factor = 1024
        case "Mi": factor = 1_048_576
        case "Gi": factor = 1_073_741_824
        case "Ti": factor = 1_099_511_627_776
        case "Pi": factor = 1_125_899_906_842_624
        case "Ei": factor = 1_152_921_504_606_846_976
        default:
            guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()), abs(exponent) <= 18,
                let power = Double("1e\(exponent)")
            else { return nil }
            factor = power
        }
        // Kubernetes rounds up what is finer than its scale.
        let scaled = (mantissa * factor * 1000).rounded(.up)
        thousandths = scaled >= 9.2e18 ? .max : scaled <= -9.2e18 ? .min : Int64(scaled)
    }

    /// Whole units, rounded up.
    package var units: Int64 { thousandths >= 0 ? thousandths / 1000 + (thousandths % 1000 == 0 ? 0 : 1) : thousandths / 1000 }

    package static func < (left: Quantity, right: Quantity) -> Bool { left.thousandths < right.thousandths }

    /// How many times `divisor` goes into it, rounded up.
    package func divided(by divisor: Quantity) -> Int64 {
        guard divisor.thousandths > 0 else { return units }
        let (quotient, rest) = thousandths.quotientAndRemainder(dividingBy: divisor.thousandths)
        return rest > 0 ? quotient + 1 : quotient
    }
}
