/// One pass over a text, copying what may be shown.
struct RedactionScanner {
    static let words: [StaticString] = ["authorization", "bearer ", "basic "]

    let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() -> [UInt8] {
        output.reserveCapacity(bytes.count)
        while position < bytes.count {
            if takePrivateKey() || takeUserInformation() || takeAuthorization() || takeCredentials() { continue }
            output.append(bytes[position])
            position += 1
        }
        return output
    }

    /// A key without its end is cut to the end of the text.
    private mutating func takePrivateKey() -> Bool {
        guard at("-----BEGIN"), let headEnd = find("-----", from: position + 10),
            contains("PRIVATE KEY", from: position, to: headEnd)
        else { return false }
        output += Array("-----BEGIN PRIVATE KEY-----\(Redaction.mark)".utf8)
        guard let tail = find("-----END", from: headEnd + 5), let tailEnd = find("-----", from: tail + 8) else {
            position = bytes.count
            return true
        }
        position = tailEnd + 5
        return true
    }

    /// `https://name:password@host` and `https://token@host`.
    private mutating func takeUserInformation() -> Bool {
        guard at("://") else { return false }
        var end = position + 3
        var lastAt: Int?
        while end < bytes.count, !Self.endsAuthority(bytes[end]) {
            if bytes[end] == UInt8(ascii: "@") { lastAt = end }
            end += 1
        }
        guard let lastAt else { return false }
        output += Array("://\(Redaction.mark)".utf8)
        position = lastAt
        return true
    }

    /// `Authorization: anything up to the end of the line or the quotes`.
    private mutating func takeAuthorization() -> Bool {
        guard at("authorization") else { return false }
        var start = position + 13
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
            start += 1
        }
        guard start < bytes.count, bytes[start] == UInt8(ascii: ":") || bytes[start] == UInt8(ascii: "=") else { return false }
        start += 1
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
            start += 1
        }
        output += bytes[position..<start]
        output += Array(Redaction.mark.utf8)
        while start < bytes.count, !Self.endsHeader(bytes[start]) { start += 1 }
        position = start
        return true
    }

    /// `Bearer abc`, `Basic abc`, wherever they stand.
    private mutating func takeCredentials() -> Bool {
        let length: Int
        if at("bearer ") { length = 7 } else if at("basic ") { length = 6 } else { return false }
        if position > 0, Self.isWordByte(bytes[position - 1]) { return false }
        var end = position + length
        while end < bytes.count, Self.isTokenByte(bytes[end]) { end += 1 }
        // "basic health checks" is English; credentials are long, or not a plain word.
        let token = bytes[(position + length)..<end]
        guard token.count >= 16 || token.contains(where: { !Self.isLetter($0) }) || length == 7 && !token.isEmpty else { return false }
        output += bytes[position..<(position + length)]
        output += Array(Redaction.mark.utf8)
        position = end
        return true
    }

    private func at(_ word: StaticString) -> Bool { Redaction.hasPrefix(word, in: bytes, at: position) }

    private func find(_ word: StaticString, from start: Int) -> Int? {
        var index = start
        while index + word.utf8CodeUnitCount <= bytes.count {
            if Redaction.hasPrefix(word, in: bytes, at: index) { return index }
            index += 1
        }
        return nil
    }

    private func contains(_ word: StaticString, from start: Int, to end: Int) -> Bool {
        guard let found = find(word, from: start) else { return false }
        return found + word.utf8CodeUnitCount <= end
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\"")
    }
    private static func endsHeader(_ byte: UInt8) -> Bool {
        byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ",")
    }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    private static func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_") }
    /// The letters of RFC 6750's b68token and of base64.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte == 0x2F || byte == 0x3D || byte == 0x7E
    }
}
