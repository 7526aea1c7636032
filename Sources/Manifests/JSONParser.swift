/// A recursive descent over the bytes of one JSON text. `JSON.parse` is the way in.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func parseDocument() throws(ManifestError) -> Value {
        skipSpace()
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(ManifestError) -> Value {
        guard depth <= ManifestLimits.depth else {
            throw failure(.limitExceeded, "is nested deeper than \(ManifestLimits.depth) levels")
        }
        guard position < bytes.count else { throw unexpected("a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func parseObject(depth: Int) throws(ManifestError) -> Value {
        position += 1
        var object = Object()
        skipSpace()
        if consume(UInt8(ascii: "}")) { return .object(object) }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try parseString()
            skipSpace()
            guard consume(UInt8(ascii: ":")) else { throw unexpected("\":\" after the key") }
            skipSpace()
            object[key] = try parseValue(depth: depth + 1)
            skipSpace()
            if consume(UInt8(ascii: "}")) { return .object(object) }
            guard consume(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"}\"") }
            skipSpace()
        }
    }

    private mutating func parseArray(depth: Int) throws(ManifestError) -> Value {
        position += 1
        var elements: [Value] = []
        skipSpace()
        if consume(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipSpace()
            if consume(UInt8(ascii: "]")) { return .array(elements) }
            guard consume(UInt8(ascii: ",")) else { throw unexpected("\",\" or \"]\"") }
            skipSpace()
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: Value) throws(ManifestError) -> Value {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw unexpected("\(word)") }
        for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] { throw unexpected("\(word)") }
        position += count
        return value
    }

    // MARK: Strings

    private mutating func parseString() throws(ManifestError) -> String {
        let start = position
        position += 1
        let content = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = UnsafeBufferPointer(rebasing: bytes[content..<position])
                position += 1
                return try validated(text, from: start)
            case UInt8(ascii: "\\"): return try parseEscapedString(from: start, content: content)
            case 0..<0x20: throw failure(.invalidJSON, "has a control character in a string; write it as \\u escape")
            default: position += 1
            }
        }
        position = start
        throw failure(.invalidJSON, "has a string that never ends")
    }

    /// The slower way, taken from the first backslash on.
    private mutating func parseEscapedString(from start: Int, content: Int) throws(ManifestError) -> String {
        var text = Array(bytes[content..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text.withUnsafeBufferPointer { (buffer) throws(ManifestError) in try validated(buffer, from: start) }
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            case 0..<0x20: throw failure(.invalidJSON, "has a control character in a string; write it as \\u escape")
            default:
                text.append(byte)
                position += 1
            }
        }
        position = start
        throw failure(.invalidJSON, "has a string that never ends")
    }

    private func validated(_ text: UnsafeBufferPointer<UInt8>, from start: Int) throws(ManifestError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw failure(.invalidJSON, "has a string that is not valid UTF-8", at: start)
        }
        return string
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(ManifestError) {
        guard position + 1 < bytes.count else { throw unexpected("an escape") }
        let escape = bytes[position + 1]
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): return try parseUnicodeEscape(into: &text)
        default: throw failure(.invalidJSON, "has an unknown escape in a string; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
        position += 2
    }

    private mutating func parseUnicodeEscape(into text: inout [UInt8]) throws(ManifestError) {
        let start = position
        var code = try parseFourHexDigits()
        if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let low = try parseFourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw failure(.invalidJSON, "has an unpaired surrogate in a string", at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure(.invalidJSON, "has an unpaired surrogate in a string", at: start) }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func parseFourHexDigits() throws(ManifestError) -> UInt32 {
        guard position + 6 <= bytes.count else { throw unexpected("four hexadecimal digits after \\u") }
        var code: UInt32 = 0
        for byte in bytes[position + 2..<position + 6] {
            guard let digit = byte.hexDigitValue else { throw unexpected("four hexadecimal digits after \\u") }
            code = code << 4 | UInt32(digit)
        }
        position += 6
        return code
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(ManifestError) -> Value {
        let start = position
        let negative = consume(UInt8(ascii: "-"))
        let digits = position
        var magnitude: UInt64 = 0
        var fitsInteger = true
        while position < bytes.count, let digit = bytes[position].decimalDigitValue {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            fitsInteger = fitsInteger && !overflow && !carry
            magnitude = sum
            position += 1
        }
        guard position > digits else { throw unexpected("a digit") }
        if bytes[digits] == UInt8(ascii: "0") && position - digits > 1 {
            position = start
            throw failure(.invalidJSON, "has a number with a leading zero")
        }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            try skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try skipDigits()
        }
        if isInteger && fitsInteger {
            if !negative, let value = Int64(exactly: magnitude) { return .integer(value) }
            if negative && magnitude <= Int64.min.magnitude { return .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let double = Double(text), double.isFinite else {
            throw failure(.invalidJSON, "has a number outside of the range of a double", at: start)
        }
        return .double(double)
    }

    private mutating func skipDigits() throws(ManifestError) {
        let start = position
        while position < bytes.count, bytes[position].decimalDigitValue != nil { position += 1 }
        guard position > start else { throw unexpected("a digit") }
    }

    // MARK: Bytes and errors

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func unexpected(_ wanted: String) -> ManifestError {
        guard position < bytes.count else { return failure(.invalidJSON, "ends where \(wanted) should be") }
        let byte = bytes[position]
        let found = (0x21..<0x7F).contains(byte) ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
        return failure(.invalidJSON, "has \(found) where \(wanted) should be")
    }

    private func failure(_ code: ManifestError.Code, _ problem: String, at offset: Int? = nil) -> ManifestError {
        let offset = offset ?? position
        var line = 1
        var lineStart = 0
        for (index, byte) in bytes[..<min(offset, bytes.count)].enumerated() where byte == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return ManifestError(code: code, message: "JSON text \(problem) (line \(line), column \(offset - lineStart + 1), offset \(offset))")
    }
}

extension UInt8 {
    var decimalDigitValue: UInt8? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    var hexDigitValue: UInt8? {
        if let decimalDigitValue { return decimalDigitValue }
        let value = (self | 0x20) &- UInt8(ascii: "a")
        return value < 6 ? value + 10 : nil
    }
}
