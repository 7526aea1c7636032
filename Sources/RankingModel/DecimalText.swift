/// Writes a whole number of small units as a decimal, without trailing zeros: 125 of 2 places is `1.25`.
package enum DecimalText {
    package static func make(_ units: Int, places: Int) -> String {
        var output: [UInt8] = []
        append(units, places: places, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    package static func append(_ units: Int, places: Int, to output: inout [UInt8]) {
        var rest = units.magnitude
        var digits: [UInt8] = []
        var position = 0
        while rest > 0 || position <= places {
            if position == places, places > 0, !digits.isEmpty { digits.append(UInt8(ascii: ".")) }
            let digit = UInt8(48 + rest % 10)
            // Zeros at the end of the fraction say nothing.
            if position >= places || !digits.isEmpty || digit != 48 { digits.append(digit) }
            rest /= 10
            position += 1
        }
        if units < 0 { output.append(UInt8(ascii: "-")) }
        output += digits.reversed()
    }
}
