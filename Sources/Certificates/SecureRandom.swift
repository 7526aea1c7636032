/// Randomness for keys, nonces and tokens, from the kernel.
package enum SecureRandom {
    /// As many unpredictable bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A token for a header or a URL: 43 letters, digits, `-` and `_` that carry 256 bits.
    package static func token() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        return String(decoding: bytes(43).map { alphabet[Int($0) & 63] }, as: UTF8.self)
    }
}
