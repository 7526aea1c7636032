internal import Certificates
internal import Manifests
internal import Synchronization

/// Reads who a verified client certificate belongs to: the common name is the user, the organisations are the groups.
final class ClientCertificates: Sendable {
    private let known = Mutex<[[UInt8]: ClientIdentity]>([:])

    /// - Parameter der: a certificate that the TLS handshake has verified against the cluster's authority.
    func identity(der: [UInt8]) throws(APIError) -> ClientIdentity {
        if let identity = known.withLock({ $0[der] }) { return identity }
        let pem = "-----BEGIN CERTIFICATE-----\n\(Base64.encode(der))\n-----END CERTIFICATE-----\n"
        let certificate: Certificate?
        do {
            certificate = try Certificate.parse(pem: Array(Self.wrapped(pem).utf8)).first
        } catch {
            throw APIError(.unauthorized, "Unauthorized: the client certificate cannot be read: \(error.message)")
        }
        guard let subject = certificate?.subject, let name = subject.commonName, !name.isEmpty else {
            throw APIError(.unauthorized, "Unauthorized: the client certificate has no common name")
        }
        let identity = ClientIdentity(name: name, groups: subject.organizations + ["system:authenticated"])
        known.withLock { known in
            if known.count >= APIServerLimits.rememberedCertificates { known.removeAll() }
            known[der] = identity
        }
        return identity
    }

    /// PEM readers refuse lines that are too long.
    private static func wrapped(_ pem: String) -> String {
        var lines: [String] = []
        for line in pem.split(separator: "\n") {
            var rest = line
            while rest.count > 64 {
                lines.append(String(rest.prefix(64)))
                rest = rest.dropFirst(64)
            }
            lines.append(String(rest))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
