/// Checks that a chain is trusted.
package enum CertificateChain {
    /// What the certificate must be good for.
    package enum Purpose: Sendable, Hashable {
        case server(host: String)
        case client
    }

    /// Verifies that the first certificate leads to one of the roots, through the others of its PEM text, at a moment.
    ///
    /// - Parameters:
    ///   - chainPEM: The leaf, then its intermediates in any order.
    ///   - rootsPEM: The authorities that are trusted, and no others.
    ///   - unixSeconds: The moment of the question.
    /// - Throws: `untrusted` with the certificate and the reason.
    package static func verify(chainPEM: [UInt8], rootsPEM: [UInt8], purpose: Purpose, at unixSeconds: Int64) throws(CertificateError) {
        let chain = try X509Handle.parse(pem: chainPEM)
        let roots = try X509Handle.parse(pem: rootsPEM)
        guard let leaf = chain.first else {
            throw CertificateError(code: .malformed, message: "the chain holds no certificate")
        }
        try X509Handle.verify(leaf: leaf, intermediates: Array(chain.dropFirst()), roots: roots, purpose: purpose, at: unixSeconds)
    }
}
