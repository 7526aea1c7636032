/// HMAC of RFC 2104 over SHA-256.
package enum HMAC {
    package static func sha256(_ message: some Collection<UInt8>, key: [UInt8]) -> [UInt8] {
        var key = key.count > 64 ? SHA256.hash(key) : key
        key += [UInt8](repeating: 0, count: 64 - key.count)
        var inner = SHA256()
        inner.update(key.map { $0 ^ 0x36 })
        inner.update(message)
        return SHA256.hash(key.map { $0 ^ 0x5C } + inner.finalize())
    }
}
