/// The few functions beyond arithmetic that the model needs. Written here and not taken from the C library, so that one input gives one
/// bit pattern on every platform: two replicas built for different systems must rank alike.
enum Elementary {
    private static let naturalLogOf2 = 0.693_147_180_559_945_3

    /// 2 to the power of `x`; within two units in the last place for |x| < 1000.
    static func exp2(_ x: Double) -> Double {
        guard x == x else { return x }
        if x >= 1024 { return .infinity }
        if x < -1075 { return 0 }
        let whole = x.rounded()
        let z = (x - whole) * naturalLogOf2
        // |z| <= 0.347, so the fifteenth term is below 1e-19. Horner's scheme, with the factorials as constants: a division costs more than all.
        var sum = 1.0 / 87_178_291_200
        sum = sum * z + 1.0 / 6_227_020_800
        sum = sum * z + 1.0 / 479_001_600
        sum = sum * z + 1.0 / 39_916_800
        sum = sum * z + 1.0 / 3_628_800
        sum = sum * z + 1.0 / 362_880
        sum = sum * z + 1.0 / 40_320
        sum = sum * z + 1.0 / 5040
        sum = sum * z + 1.0 / 720
        sum = sum * z + 1.0 / 120
        sum = sum * z + 1.0 / 24
        sum = sum * z + 1.0 / 6
        sum = sum * z + 0.5
        sum = sum * z + 1
        sum = sum * z + 1
        return Double(sign: .plus, exponent: Int(whole), significand: sum)
    }

    static func exp(_ x: Double) -> Double { exp2(x / naturalLogOf2) }

    /// Minus infinity for zero, not a number below it.
    static func log2(_ x: Double) -> Double {
        if x == 0 { return -.infinity }
        guard x > 0, x.isFinite else { return x == .infinity ? x : .nan }
        var fraction = x.significand
        var exponent = Double(x.exponent)
        if fraction > 1.414_213_562_373_095_1 {
            fraction /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is at most 0.172.
        let t = (fraction - 1) / (fraction + 1)
        var power = t
        var sum = 0.0
        for odd in stride(from: 1, through: 23, by: 2) {
            sum += power / Double(odd)
            power *= t * t
        }
        return exponent + 2 * sum / naturalLogOf2
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The nearest value in 0...1; what is not a number counts as 0.
    static func clip(_ x: Double) -> Double { x > 0 ? (x < 1 ? x : 1) : 0 }
}
