/// What a certificate says. Times are Unix seconds.
package struct Certificate: Sendable, Hashable {
    package let subject: CertificateName
    package let issuer: CertificateName
    package let dnsNames: [String]
    /// In their usual text form.
    package let ipAddresses: [String]
    package let notBefore: Int64
    package let notAfter: Int64
    /// In hexadecimal digits.
    package let serialNumber: String
    package let isAuthority: Bool
    /// SHA-256 over the DER form, in hexadecimal digits.
    package let fingerprint: String
    /// The DER form itself.
    package let der: [UInt8]

    /// The certificates of a PEM text in their order, the leaf first in a server's chain. Blocks of other kinds are passed over.
    ///
    /// - Throws: `malformed` when there is none or one is broken, `tooLarge` past the limits.
    package static func parse(pem: [UInt8]) throws(CertificateError) -> [Certificate] {
        var certificates: [Certificate] = []
        for handle in try X509Handle.parse(pem: pem) { certificates.append(try Certificate(handle)) }
        return certificates
    }

    init(_ handle: X509Handle) throws(CertificateError) {
        let names = handle.alternativeNames()
        subject = handle.subject()
        issuer = handle.issuer()
        dnsNames = names.dns
        ipAddresses = names.addresses
        notBefore = try handle.notBefore()
        notAfter = try handle.notAfter()
        serialNumber = handle.serialNumber()
        isAuthority = handle.isAuthority
        fingerprint = Hexadecimal.text(try handle.fingerprint())
        der = try handle.der()
    }

    /// Whether the private key is this certificate's.
    package func matches(privateKeyPEM: [UInt8]) throws(CertificateError) -> Bool {
        try X509Handle(der: der).matches(KeyHandle(privatePEM: privateKeyPEM))
    }

    /// The PEM form.
    package func pem() throws(CertificateError) -> [UInt8] {
        try X509Handle(der: der).pem()
    }
}

/// The parts of a distinguished name that this product looks at.
package struct CertificateName: Sendable, Hashable, CustomStringConvertible {
    package let commonName: String?
    /// Kubernetes reads groups from these.
    package let organizations: [String]
    /// All parts, in the form of RFC 2253.
    package let text: String

    package var description: String { text }
}
