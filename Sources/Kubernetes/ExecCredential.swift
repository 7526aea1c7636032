internal import Health
internal import Manifests

/// What a credential plugin answered.
struct ExecCredential: Sendable {
    var token: String?
    var certificatePEM: [UInt8]?
    var privateKeyPEM: [UInt8]?
    /// Unix seconds; `nil` is good until it is refused.
    var expires: Int64?

    /// The answer is never quoted: it is a credential.
    init(answer: [UInt8], of plugin: CredentialPlugin) throws(KubernetesError) {
        let value: Value
        do throws(ManifestError) {
            value = try JSON.parse(answer)
        } catch {
            throw plugin.failed("did not answer with JSON")
        }
        guard value.kind == "ExecCredential" else { throw plugin.failed("answered with no object of kind ExecCredential") }
        guard let version = value.apiVersion, version == plugin.apiVersion else {
            throw plugin.failed("answered in version \"\(value.apiVersion ?? "")\"; the kubeconfig asks for \(plugin.apiVersion)")
        }
        guard let status = value["status"], status.object != nil else { throw plugin.failed("answered without status") }
        if let token = status["token"]?.string, !token.isEmpty { self.token = token }
        certificatePEM = Self.pem(status["clientCertificateData"])
        privateKeyPEM = Self.pem(status["clientKeyData"])
        if (certificatePEM == nil) != (privateKeyPEM == nil) {
            throw plugin.failed("gave \(certificatePEM == nil ? "a key without its certificate" : "a certificate without its key")")
        }
        guard token != nil || certificatePEM != nil else { throw plugin.failed("gave neither a token nor a client certificate") }
        guard let time = status["expirationTimestamp"], !time.isNull else { return }
        guard let seconds = time.string.flatMap(KubernetesTime.seconds) else {
            throw plugin.failed("gave an expirationTimestamp that is no time of RFC 3339")
        }
        expires = seconds
    }

    private static func pem(_ value: Value?) -> [UInt8]? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return Array(text.utf8)
    }
}
