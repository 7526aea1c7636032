internal import Glibc

/// A certificate and the private key that belongs to it, both as PEM text.
package struct IssuedCertificate: Sendable {
    package let certificatePEM: [UInt8]
    /// Keep it in memory or in a file of mode 0600.
    package let privateKeyPEM: [UInt8]
}

/// A small certificate authority for the local cluster: EC P-256 keys, one level, no revocation.
package struct CertificateAuthority: Sendable {
    package let certificatePEM: [UInt8]
    package let privateKeyPEM: [UInt8]

    /// Takes an authority that was made before. It fails when the key is another one's or the certificate is no authority's.
    package init(certificatePEM: [UInt8], privateKeyPEM: [UInt8]) throws(CertificateError) {
        guard let certificate = try Certificate.parse(pem: certificatePEM).first, certificate.isAuthority else {
            throw CertificateError(code: .malformed, message: "the certificate is not one of an authority")
        }
        guard try certificate.matches(privateKeyPEM: privateKeyPEM) else {
            throw CertificateError(code: .keyMismatch, message: "the key does not belong to the authority \(certificate.subject)")
        }
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
    }

    /// A new authority that signs itself.
    ///
    /// - Parameters:
    ///   - unixSeconds: The present. Validity begins five minutes before, for clocks that differ a little.
    ///   - days: How long it is valid.
    package static func make(commonName: String, at unixSeconds: Int64, days: Int = 3650) throws(CertificateError) -> CertificateAuthority {
        let key = try KeyHandle.generate(.p256)
        let request = CertificateRequest(
            commonName: commonName, organizations: [], validity: try validity(at: unixSeconds, days: days), kind: .authority)
        let certificate = try X509Handle.issue(request, for: key, issuer: nil, signingKey: key)
        return try CertificateAuthority(certificatePEM: certificate.pem(), privateKeyPEM: key.privatePEM())
    }

    /// A server certificate for these names. The host in a client's URL must be among them, an IP address as an address.
    package func issueServer(
        commonName: String, dnsNames: [String], ipAddresses: [String] = [], at unixSeconds: Int64, days: Int = 365
    ) throws(CertificateError) -> IssuedCertificate {
        guard dnsNames.count + ipAddresses.count <= Limits.subjectNames else {
            throw CertificateError(code: .invalidName, message: "a certificate takes at most \(Limits.subjectNames) names")
        }
        for name in dnsNames where !Self.isHostName(name) {
            throw CertificateError(code: .invalidName, message: "\(name.debugDescription) is no DNS name")
        }
        for address in ipAddresses where !Self.isAddress(address) {
            throw CertificateError(code: .invalidName, message: "\(address.debugDescription) is no IP address")
        }
        let names = dnsNames.map { "DNS:\($0)" } + ipAddresses.map { "IP:\($0)" }
        return try issue(commonName: commonName, organizations: [], kind: .server(alternativeNames: names), at: unixSeconds, days: days)
    }

    /// A client certificate: Kubernetes takes the common name for the user and the organisations for the groups.
    package func issueClient(
        user: String, groups: [String], at unixSeconds: Int64, days: Int = 365
    ) throws(CertificateError)
        -> IssuedCertificate
    {
        try issue(commonName: user, organizations: groups, kind: .client, at: unixSeconds, days: days)
    }

    private func issue(
        commonName: String, organizations: [String], kind: CertificateRequest.Kind, at unixSeconds: Int64, days: Int
    ) throws(CertificateError) -> IssuedCertificate {
        guard let issuer = try X509Handle.parse(pem: certificatePEM).first else {
            throw CertificateError(code: .malformed, message: "the authority has no certificate")
        }
        let key = try KeyHandle.generate(.p256)
        let request = CertificateRequest(
            commonName: commonName, organizations: organizations, validity: try Self.validity(at: unixSeconds, days: days), kind: kind)
        let certificate = try X509Handle.issue(request, for: key, issuer: issuer, signingKey: KeyHandle(privatePEM: privateKeyPEM))
        return try IssuedCertificate(certificatePEM: certificate.pem(), privateKeyPEM: key.privatePEM())
    }

    private static func validity(at unixSeconds: Int64, days: Int) throws(CertificateError) -> ClosedRange<Int64> {
        // 253402300799 is the end of the year 9999, the last that a certificate can name.
        guard (1...36_500).contains(days), (0...253_402_300_799 - 36_500 * 86_400).contains(unixSeconds) else {
            throw CertificateError(code: .invalidName, message: "a certificate is valid for 1 to 36500 days, from 1970 on")
        }
        return max(0, unixSeconds - 300)...(unixSeconds + Int64(days) * 86_400)
    }

    /// Letters, digits, `-` and dots, with one `*` label at the front at most. What passes is also harmless in OpenSSL's text form.
    private static func isHostName(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard !labels.isEmpty, name.utf8.count <= 253 else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, labels.count > 1, Array(label) == [UInt8(ascii: "*")] { return true }
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return false }
            return label.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        var storage = in6_addr()
        return unsafe inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
    }
}

/// What is to stand in a certificate.
struct CertificateRequest {
    enum Kind {
        case authority
        case server(alternativeNames: [String])
        case client
    }

    var commonName: String
    var organizations: [String]
    /// Unix seconds.
    var validity: ClosedRange<Int64>
    var kind: Kind
}
