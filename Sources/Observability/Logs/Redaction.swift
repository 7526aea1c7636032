/// Takes secrets out of text that is about to leave the process. It knows the shapes that secrets have in practice: authorization
/// headers, the user part of a URL, PEM private keys. It is the last net, not a permission to log secrets.
package enum Redaction {
    package static let mark = "[redacted]"

    /// Names of fields whose whole value is a secret. `secret` alone is not here: it names a Kubernetes object, which operators need.
    private static let secretNames = [
        "password", "passwd", "token", "authorization", "api_key", "apikey", "private_key", "privatekey", "client_secret", "cookie",
    ]

    /// True if a field of this name should never be shown, whatever it holds.
    package static func isSecret(name: String) -> Bool {
        let lowered = name.lowercased().replacing("-", with: "_")
        return secretNames.contains { lowered.hasSuffix($0) }
    }

    package static func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard mayHoldSecret(bytes) else { return text }
        var scanner = RedactionScanner(bytes: bytes)
        return String(decoding: scanner.run(), as: UTF8.self)
    }

    /// A cheap look for the first letters of what the scanner knows.
    private static func mayHoldSecret(_ bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "A"), UInt8(ascii: "a"), UInt8(ascii: "B"), UInt8(ascii: "b"):
                for word in RedactionScanner.words where hasPrefix(word, in: bytes, at: index) { return true }
            case UInt8(ascii: ":"):
                if hasPrefix("://", in: bytes, at: index) { return true }
            case UInt8(ascii: "-"):
                if hasPrefix("-----BEGIN", in: bytes, at: index) { return true }
            default: continue
            }
        }
        return false
    }

    /// Compares without regard to ASCII case; `word` is given as it should be matched.
    static func hasPrefix(_ word: StaticString, in bytes: [UInt8], at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
        return word.withUTF8Buffer { wanted in
            for (offset, letter) in wanted.enumerated() where lowered(bytes[start + offset]) != lowered(letter) { return false }
            return true
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }
}
