internal import CZlib

/// Bytes made smaller and back again, whole in memory: four bytes of the plain size (big-endian), then zlib's format (RFC 1950).
///
/// The size stands in front so that nothing is expanded beyond what the caller allows: zlib gets a buffer of just that size.
package enum Packed {
    private static let headerCount = 4
    /// zlib's own middle between time and size.
    private static let level: Int32 = 6

    package static func pack(_ plain: [UInt8]) throws(CompressionError) -> [UInt8] {
        guard let size = UInt32(exactly: plain.count) else {
            throw CompressionError(code: .tooLarge, message: "\(plain.count) bytes are too many to be compressed at once")
        }
        var count = compressBound(uLong(plain.count))
        var stream = [UInt8](repeating: 0, count: Int(count))
        let status = unsafe compress2(&stream, &count, plain, uLong(plain.count), level)
        guard status == Z_OK else { throw CompressionError(code: .library, message: "zlib does not compress: \(name(status))") }
        return (0..<headerCount).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32($0))) } + stream.prefix(Int(count))
    }

    /// - Parameter limit: the most plain bytes that are taken; what says it has more is refused before any is made.
    package static func unpack(_ packed: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        guard packed.count > headerCount else {
            throw CompressionError(code: .malformed, message: "compressed data of \(packed.count) bytes is too short")
        }
        let size = packed.prefix(headerCount).reduce(0) { $0 << 8 | Int($1) }
        guard size <= limit else {
            throw CompressionError(code: .tooLarge, message: "compressed data expands to \(size) bytes; at most \(limit) are taken")
        }
        let stream = Array(packed.dropFirst(headerCount))
        // zlib wants a buffer even for nothing.
        var plain = [UInt8](repeating: 0, count: max(size, 1))
        var plainCount = uLong(plain.count)
        var used = uLong(stream.count)
        let status = unsafe uncompress2(&plain, &plainCount, stream, &used)
        guard status == Z_OK, Int(plainCount) == size, Int(used) == stream.count else {
            let reason = status == Z_OK ? "it has another size than it says" : name(status)
            throw CompressionError(code: .malformed, message: "compressed data is damaged: \(reason)")
        }
        return size == plain.count ? plain : []
    }

    private static func name(_ status: Int32) -> String {
        switch status {
        case Z_MEM_ERROR: "memory is short"
        case Z_BUF_ERROR: "it ends early, or is longer than it says"
        case Z_DATA_ERROR: "its content is not what was compressed"
        default: "zlib answers \(status)"
        }
    }
}
