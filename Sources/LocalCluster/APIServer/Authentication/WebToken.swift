internal import Certificates
internal import Manifests

/// JSON Web Tokens in their compact form (RFC 7519), signed with Ed25519 (RFC 8037).
struct WebToken: Sendable {
    private let key: SigningKey
    private static let header = Base64URL.encode(JSON.bytes(["alg": "EdDSA", "typ": "JWT"]))

    init(key: SigningKey) { self.key = key }

    func sign(_ claims: Value) throws(APIError) -> String {
        let signed = "\(Self.header).\(Base64URL.encode(JSON.bytes(claims)))"
        do {
            return "\(signed).\(Base64URL.encode(try key.sign(Array(signed.utf8))))"
        } catch {
            throw APIError(.internalError, "the token cannot be signed: \(error.message)")
        }
    }

    /// Nil for a text that is no token of ours. Nothing is said about its time.
    func claims(of token: String) -> Value? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Self.header, let body = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            key.publicKey.isValid(signature, for: Array("\(parts[0]).\(parts[1])".utf8))
        else { return nil }
        do {
            return try JSON.parse(body)
        } catch {
            return nil  // signed by us, and yet not JSON: no token that we made
        }
    }
}

/// Base64 for URLs, without padding (RFC 4648, section 5).
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
        while text.hasSuffix("=") { text.removeLast() }
        return text
    }

    static func decode(_ text: String) -> [UInt8]? {
        guard !text.contains("="), !text.contains("+"), !text.contains("/") else { return nil }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Base64.decode(plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
