internal import HTTPTransport
internal import Manifests

/// What the members of a cluster and of a user mean. What we do not support is refused by name: a credential that is passed over
/// would only show as "unauthorized" later.
extension Kubeconfig {
    func applyCluster(_ cluster: Entry, to access: inout ClusterAccess, place: String) throws(KubernetesError) {
        if let proxy = cluster.value["proxy-url"]?.string, !proxy.isEmpty {
            throw Self.problem("\(place): proxy-url is not supported yet; set HTTPS_PROXY in the environment instead")
        }
        access.tls.caPEM = try material(cluster, "certificate-authority", place: place)
        access.tls.insecureSkipVerify = cluster.value["insecure-skip-tls-verify"]?.bool ?? false
        if access.tls.insecureSkipVerify, access.tls.caPEM != nil {
            throw Self.problem("\(place): certificate-authority and insecure-skip-tls-verify cannot both be set")
        }
        if let name = cluster.value["tls-server-name"]?.string, !name.isEmpty { access.tls.serverName = name }
    }

    func applyUser(_ user: Entry, to access: inout ClusterAccess, place: String) throws(KubernetesError) {
        try refuseUnsupported(user, place: place)
        access.tls.certificatePEM = try material(user, "client-certificate", place: place)
        access.tls.privateKeyPEM = try material(user, "client-key", place: place)
        if (access.tls.certificatePEM == nil) != (access.tls.privateKeyPEM == nil) {
            let missing = access.tls.certificatePEM == nil ? "client-certificate" : "client-key"
            throw Self.problem("\(place): \(missing) is missing; a client certificate and its key belong together")
        }
        if let path = user.value["tokenFile"]?.string, !path.isEmpty {
            // `tokenFile` wins over `token`, as in client-go; it is read here once so that a bad path is told at once.
            _ = try file(path, relativeTo: user.file, field: "tokenFile", place: place)
            access.token = .file(Self.resolved(path, relativeTo: user.file))
        } else if let token = user.value["token"]?.string, !token.isEmpty {
            access.token = .fixed(token)
        }
    }

    private func refuseUnsupported(_ user: Entry, place: String) throws(KubernetesError) {
        let refused = [
            (
                "exec",
                "credential plugins are not run: a kubeconfig must not start programs; use a token, a tokenFile or a client certificate"
            ),
            ("auth-provider", "auth providers were removed from Kubernetes 1.26; use a token, a tokenFile or a client certificate"),
            ("username", "basic authentication was removed from Kubernetes 1.19; use a token, a tokenFile or a client certificate"),
            ("as", "impersonation is not supported"), ("as-uid", "impersonation is not supported"),
            ("as-groups", "impersonation is not supported"), ("as-user-extra", "impersonation is not supported"),
        ]
        for (field, why) in refused {
            guard let value = user.value[field], !value.isNull, value.string != "", value.array?.isEmpty != true else { continue }
            throw Self.problem("\(place): \(field): \(why)")
        }
    }
}
