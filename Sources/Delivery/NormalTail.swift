/// The upper tail of the standard normal distribution, without the C library, as deciding code has none.
enum NormalTail {
    /// How likely a value above `z` is; good to nine digits.
    static func above(_ z: Double) -> Double {
        if z < 0 { return 1 - above(-z) }
        // Below the smallest double.
        if z > 38 { return 0 }
        let density = exp(-z * z / 2) * 0.398_942_280_401_432_7
        if z < 3 {
            // Abramowitz and Stegun 26.2.11: 1/2 - density * (z + z^3/3 + z^5/(3 5) + ...).
            var term = z
            var sum = z
            var odd = 1.0
            while term > sum * 1e-17, odd < 400 {
                odd += 2
                term *= z * z / odd
                sum += term
            }
            return 0.5 - density * sum
        }
        // 26.2.14, from the inside out: density / (z + 1/(z + 2/(z + 3/(z + ...)))).
        var fraction = z
        for step in stride(from: 80.0, through: 1, by: -1) { fraction = z + step / fraction }
        return density / fraction
    }

    /// For arguments of -800 to 0.
    private static func exp(_ x: Double) -> Double {
        let naturalLogOf2 = 0.693_147_180_559_945_3
        let whole = (x / naturalLogOf2).rounded()
        let rest = x - whole * naturalLogOf2
        var term = 1.0
        var sum = 1.0
        for step in 1...20 {
            term *= rest / Double(step)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }
}
