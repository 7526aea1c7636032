internal import COpenSSL

/// RFC 2104 with SHA-256: proves that a message comes from a holder of the key.
package enum HMACSHA256 {
    /// The 32 bytes of the authentication code.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        // An empty array may have no address, for which OpenSSL would reuse the last key. RFC 2104 pads keys with zeros.
        let key = key.isEmpty ? [0] : key
        unsafe HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &code, &count)
        return code
    }

    /// Compares in a time that does not depend on where the difference is.
    package static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.areEqual(code, authenticate(message, key: key))
    }
}

/// Comparison of secrets.
package enum ConstantTime {
    /// Takes a time that depends on the lengths only.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.isEmpty || CRYPTO_memcmp(left, right, left.count) == 0
    }
}
