internal import Certificates

/// The certificates of a cluster: its authority, its server's, and the administrator's. The authority is kept in the cluster's
/// directory, so that a kubeconfig stays good when the cluster is started again.
struct ClusterCertificates: Sendable {
    let authority: CertificateAuthority
    let server: IssuedCertificate
    let administrator: IssuedCertificate

    init(_ files: ClusterFiles, addresses: [String], now: Timestamp) throws(LocalClusterError) {
        do {
            if let certificate = try files.read("ca.crt"), let key = try files.read("ca.key") {
                authority = try CertificateAuthority(certificatePEM: certificate, privateKeyPEM: key)
            } else {
                authority = try CertificateAuthority.make(commonName: "slipway-local-cluster", at: now.seconds)
                try files.write("ca.key", authority.privateKeyPEM)
                try files.write("ca.crt", authority.certificatePEM)
            }
            server = try authority.issueServer(
                commonName: "kube-apiserver",
                dnsNames: [
                    "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
                ],
                ipAddresses: addresses, at: now.seconds)
            administrator = try authority.issueClient(user: "kubernetes-admin", groups: ["system:masters"], at: now.seconds)
        } catch let error as LocalClusterError {
            throw error
        } catch {
            throw LocalClusterError(code: .certificates, message: "cannot make the certificates of the local cluster: \(error)")
        }
    }

    /// A client certificate for anybody else, for tests and for the controller's own account.
    func client(user: String, groups: [String], now: Timestamp) throws(LocalClusterError) -> IssuedCertificate {
        do {
            return try authority.issueClient(user: user, groups: groups, at: now.seconds)
        } catch {
            throw LocalClusterError(code: .certificates, message: "cannot issue a certificate to \(user): \(error)")
        }
    }
}
