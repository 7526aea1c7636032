/// The unit that is in the log as a whole or not at all: what was written and synchronised together.
///
/// `SLCF`, the length of the payload, its CRC-32, and the CRC-32 of those twelve bytes; numbers are little-endian. The header has a sum of its
/// own so that a length can be trusted: only then can a record that was cut off be told from one that is damaged.
enum LogFrame {
    /// What is wrong, without the place.
    struct Damage: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    static let headerBytes = 16
    private static let magic: [UInt8] = Array("SLCF".utf8)

    static func bytes(_ payload: [UInt8]) -> [UInt8] {
        var header = magic + little(UInt32(truncatingIfNeeded: payload.count)) + little(CRC32.checksum(payload))
        header += little(CRC32.checksum(header))
        return header + payload
    }

    /// - Returns: length and sum of the payload.
    static func header(_ bytes: [UInt8]) throws(Damage) -> (length: Int, checksum: UInt32) {
        guard bytes.count == headerBytes, Array(bytes[..<4]) == magic else { throw Damage("no record begins here") }
        let (expected, found) = (number(bytes[12..<16]), CRC32.checksum(bytes[..<12]))
        guard expected == found else { throw Damage("the header of a record has the checksum \(hex(found)), expected \(hex(expected))") }
        return (Int(number(bytes[4..<8])), number(bytes[8..<12]))
    }

    static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func little(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// The checksum of zlib and Ethernet (polynomial 0xEDB88320).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
        let table = table
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
        return ~value
    }
}
