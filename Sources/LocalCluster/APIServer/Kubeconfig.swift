internal import Certificates
internal import Manifests
internal import YAML

/// Writes the kubeconfig of a cluster, with the credentials in it.
enum Kubeconfig {
    static func text(
        server: String, authorityPEM: [UInt8], client: IssuedCertificate, user: String, namespace: String = "default"
    ) -> [UInt8] {
        text(
            server: server, authorityPEM: authorityPEM,
            credentials: [
                "client-certificate-data": .string(Base64.encode(client.certificatePEM)),
                "client-key-data": .string(Base64.encode(client.privateKeyPEM)),
            ], user: user, namespace: namespace)
    }

    /// - Parameter credentials: the `user` of the kubeconfig.
    static func text(
        server: String, authorityPEM: [UInt8], credentials: Value, user: String, namespace: String
    ) -> [UInt8] {
        let name: Value = "slipway-local"
        let config: Value = [
            "apiVersion": "v1", "kind": "Config", "current-context": name, "preferences": [:],
            "clusters": [
                ["name": name, "cluster": ["server": .string(server), "certificate-authority-data": .string(Base64.encode(authorityPEM))]]
            ],
            "users": [["name": .string(user), "user": credentials]],
            "contexts": [["name": name, "context": ["cluster": name, "user": .string(user), "namespace": .string(namespace)]]],
        ]
        return Array(YAML.emit(config).utf8)
    }
}
