/// Undoes the compression of SPDY headers: one zlib stream (RFC 1950, 1951) for all header blocks of a connection, each of which ends at a
/// whole byte. What a block may grow to is limited.
struct HeaderInflater {
    enum Failure: Error {
        case truncated, badHeader, badBlock, tooLong
    }

    /// What may be referred to: the dictionary and what has come out, the last 32 KiB.
    private var window = SPDYHeaderDictionary.bytes
    private var isBegun = false

    /// One header block, as its frame holds it.
    mutating func inflate(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        var bits = Bits(bytes)
        if !isBegun {
            try readZlibHeader(&bits)
            isBegun = true
        }
        let start = window.count
        while !bits.isAtEnd {
            // A last block is not to be expected, because the stream goes on with the connection; nothing depends on it.
            _ = try bits.take(1)
            switch try bits.take(2) {
            case 0: try stored(&bits)
            case 1: try compressed(&bits, .fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try Self.readTables(&bits)
                try compressed(&bits, literals, distances)
            default: throw .badBlock
            }
            guard window.count - start <= APIServerLimits.headerBlockBytes else { throw .tooLong }
        }
        let output = Array(window[start...])
        if window.count > 32 * 1024 { window.removeFirst(window.count - 32 * 1024) }
        return output
    }

    private func readZlibHeader(_ bits: inout Bits) throws(Failure) {
        let method = try bits.take(8)
        let flags = try bits.take(8)
        guard method & 0x0F == 8, (method << 8 | flags) % 31 == 0 else { throw .badHeader }
        // The checksum of the dictionary: there is only the one.
        if flags & 0x20 != 0 { for _ in 0..<4 { _ = try bits.take(8) } }
    }

    // MARK: Blocks

    private mutating func stored(_ bits: inout Bits) throws(Failure) {
        bits.skipToByte()
        let length = try bits.take(16)
        guard try bits.take(16) == ~length & 0xFFFF else { throw .badBlock }
        for _ in 0..<length { window.append(UInt8(try bits.take(8))) }
    }

    private mutating func compressed(_ bits: inout Bits, _ literals: HuffmanTable, _ distances: HuffmanTable) throws(Failure) {
        let limit = window.count + APIServerLimits.headerBlockBytes
        while true {
            let symbol = try literals.decode(&bits)
            if symbol == 256 { return }
            if symbol < 256 {
                window.append(UInt8(symbol))
            } else {
                let length = try Self.value(symbol - 257, Self.lengths, Self.lengthBits, &bits)
                let distance = try Self.value(distances.decode(&bits), Self.distances, Self.distanceBits, &bits)
                guard distance <= window.count else { throw .badBlock }
                for _ in 0..<length { window.append(window[window.count - distance]) }
            }
            guard window.count <= limit else { throw .tooLong }
        }
    }

    private static func value(_ index: Int, _ bases: [Int], _ extra: [Int], _ bits: inout Bits) throws(Failure) -> Int {
        guard bases.indices.contains(index) else { throw .badBlock }
        return bases[index] + (try bits.take(extra[index]))
    }

    private static func readTables(_ bits: inout Bits) throws(Failure) -> (HuffmanTable, HuffmanTable) {
        let literalCount = try bits.take(5) + 257
        let distanceCount = try bits.take(5) + 1
        let codeCount = try bits.take(4) + 4
        var codeLengths = [Int](repeating: 0, count: 19)
        for index in 0..<codeCount { codeLengths[codeOrder[index]] = try bits.take(3) }
        let codes = HuffmanTable(codeLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            switch try codes.decode(&bits) {
            case let length where length < 16: lengths.append(length)
            case 16:
                guard let last = lengths.last else { throw .badBlock }
                lengths += Array(repeating: last, count: 3 + (try bits.take(2)))
            case 17: lengths += Array(repeating: 0, count: 3 + (try bits.take(3)))
            default: lengths += Array(repeating: 0, count: 11 + (try bits.take(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw .badBlock }
        return (HuffmanTable(Array(lengths[..<literalCount])), HuffmanTable(Array(lengths[literalCount...])))
    }

    // RFC 1951, 3.2.5 and 3.2.7.
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
    ]
    private static let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
        16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
}

extension HeaderInflater {
    /// Bits from the lowest of each byte on.
    struct Bits {
        private let bytes: [UInt8]
        private var position = 0
        private var held = 0
        private var heldCount = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Nothing but the filling of the last byte is left.
        var isAtEnd: Bool { position >= bytes.count && heldCount < 8 }

        mutating func take(_ count: Int) throws(Failure) -> Int {
            while heldCount < count {
                guard position < bytes.count else { throw .truncated }
                held |= Int(bytes[position]) << heldCount
                heldCount += 8
                position += 1
            }
            defer {
                held >>= count
                heldCount -= count
            }
            return held & ((1 << count) - 1)
        }

        mutating func skipToByte() {
            held >>= heldCount % 8
            heldCount -= heldCount % 8
        }
    }

    /// A canonical Huffman code (RFC 1951, 3.2.2).
    struct HuffmanTable {
        private var counts = [Int](repeating: 0, count: 16)
        private var symbols: [Int] = []

        static let fixedLiterals = HuffmanTable(
            Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
                + Array(repeating: 8, count: 8))
        static let fixedDistances = HuffmanTable(Array(repeating: 5, count: 30))

        init(_ lengths: [Int]) {
            for length in lengths where length > 0 { counts[length] += 1 }
            symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        }

        func decode(_ bits: inout Bits) throws(Failure) -> Int {
            var (code, first, index) = (0, 0, 0)
            for length in 1...15 {
                code |= try bits.take(1)
                let count = counts[length]
                if code - count < first { return symbols[index + code - first] }
                index += count
                first = (first + count) << 1
                code <<= 1
            }
            throw .badBlock
        }
    }
}
