internal import HTTPTransport
internal import Manifests

/// What the members of a cluster and of a user mean. What we do not support is refused by name: a credential that is passed over
/// would only show as "unauthorized" later.
extension Kubeconfig {
    func applyCluster(_ cluster: Entry, to access: inout ClusterAccess, place: String) throws(KubernetesError) {
        if let proxy = cluster.value["proxy-url"]?.string, !proxy.isEmpty { access.proxy = .url(try Self.proxy(proxy, place: place)) }
        access.tls.caPEM = try material(cluster, "certificate-authority", place: place)
        access.tlsFiles.authority = materialPath(cluster, "certificate-authority")
        access.tls.insecureSkipVerify = cluster.value["insecure-skip-tls-verify"]?.bool ?? false
        if access.tls.insecureSkipVerify {
            if access.tls.caPEM != nil {
                throw Self.problem("\(place): certificate-authority and insecure-skip-tls-verify cannot both be set")
            }
            access.warnings.append(
                "\(place): insecure-skip-tls-verify: the API server's certificate is not checked, so whoever stands in between can read and change everything, our credentials too; put the cluster's certificate-authority-data there instead"
            )
        }
        if let name = cluster.value["tls-server-name"]?.string, !name.isEmpty { access.tls.serverName = name }
    }

    func applyUser(_ user: Entry, cluster: Entry, to access: inout ClusterAccess, place: String) throws(KubernetesError) {
        try refuseUnsupported(user, place: place)
        access.tls.certificatePEM = try material(user, "client-certificate", place: place)
        access.tls.privateKeyPEM = try material(user, "client-key", place: place)
        access.tlsFiles.certificate = materialPath(user, "client-certificate")
        access.tlsFiles.key = materialPath(user, "client-key")
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
        } else if let exec = user.value["exec"], !exec.isNull {
            access.token = .plugin(try plugin(exec, user: user, cluster: cluster, access: access, place: place))
        }
        access.impersonation = try impersonation(user, place: place)
        if access.server.hasPrefix("http://"), access.token != .none, HTTPOrigin(url: access.server)?.isLoopback != true {
            access.warnings.append("\(place): the server is http://, so our token crosses the network in clear text; use https://")
        }
    }

    private func impersonation(_ user: Entry, place: String) throws(KubernetesError) -> Impersonation? {
        let groups = try texts(user.value, "as-groups", place: place)
        let uid = user.value["as-uid"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var extra: [Impersonation.Extra] = []
        if let entries = user.value["as-user-extra"], !entries.isNull {
            guard let entries = entries.object else {
                throw Self.problem("\(place): as-user-extra is \(entries.typeName), a mapping of lists is expected")
            }
            for (key, _) in entries {
                extra.append(.init(key: key, values: try texts(.object(entries), key, place: "\(place): as-user-extra")))
            }
        }
        guard let name = user.value["as"]?.string, !name.isEmpty else {
            guard groups.isEmpty, uid == nil, extra.isEmpty else {
                throw Self.problem("\(place): as is missing; as-uid, as-groups and as-user-extra only go with the user that is acted as")
            }
            return nil
        }
        return Impersonation(user: name, uid: uid, groups: groups, extra: extra)
    }

    /// The schemes that `kubectl` takes. It lets a SOCKS proxy look host names up, which for libcurl is a scheme of its own.
    private static func proxy(_ url: String, place: String) throws(KubernetesError) -> String {
        guard let end = url.firstRange(of: "://"), end.upperBound < url.endIndex else {
            throw problem("\(place): proxy-url \"\(HTTPRequest.redacted(url: url))\" is no URL, such as http://proxy:3128")
        }
        switch url[..<end.lowerBound].lowercased() {
        case "http", "https": return url
        case "socks5": return "socks5h" + url[end.lowerBound...]
        case let scheme: throw problem("\(place): proxy-url: scheme \"\(scheme)\" is not supported; http, https and socks5 are")
        }
    }

    private func refuseUnsupported(_ user: Entry, place: String) throws(KubernetesError) {
        let instead = "use a client certificate, a token, a tokenFile or a credential plugin (exec)"
        let refused = [
            (
                "auth-provider",
                "auth providers were removed from Kubernetes 1.26; \(instead): gke-gcloud-auth-plugin, kubelogin and others write such an entry"
            ),
            ("username", "basic authentication was removed from Kubernetes 1.19; \(instead)"),
            ("password", "basic authentication was removed from Kubernetes 1.19; \(instead)"),
        ]
        for (field, why) in refused {
            guard let value = user.value[field], !value.isNull, value.string != "" else { continue }
            throw Self.problem("\(place): \(field): \(why)")
        }
    }
}
