internal import Manifests
internal import Verification

/// `metrics`, `smokeTests` and `hooks`: what verification may reach and run.
extension ControllerConfiguration {
    static func verification(_ reader: StrictReader, _ absolute: (String?) -> String?) -> VerificationOptions {
        var options = VerificationOptions()
        if let part = reader.reader("metrics") {
            for name in part.keys { options.sources[name] = part.object(name) { source($0, absolute) } }
            if options.sources.count > Limits.metricSources {
                reader.reject("metrics", "has \(options.sources.count) sources; at most \(Limits.metricSources) are allowed")
            }
        }
        if let part = reader.reader("smokeTests") {
            options.smokeTestHosts = part.strings("hosts")
            options.smokeTestCAFile = absolute(part.nonEmptyString("caFile"))
            for host in options.smokeTestHosts where !RemoteBases.isHost(host) {
                part.reject("hosts", "\"\(host.prefix(80))\" is no host; write shop.example.com, shop.example.com:8443 or http://host:port")
            }
            if options.smokeTestHosts.count > Limits.remoteHosts {
                part.reject("hosts", "has \(options.smokeTestHosts.count) hosts; at most \(Limits.remoteHosts) are allowed")
            }
        }
        if let part = reader.reader("hooks") { options.allowsHooks = part.bool("allow", default: false) }
        return options
    }

    private static func source(_ reader: StrictReader, _ absolute: (String?) -> String?) -> PrometheusSource? {
        let url = reader.nonEmptyString("url")
        let service = reader.object("service", service)
        let token = absolute(reader.nonEmptyString("tokenFile"))
        let username = reader.nonEmptyString("username")
        let password = absolute(reader.nonEmptyString("passwordFile"))
        let authorities = absolute(reader.nonEmptyString("caFile"))
        if reader.has("url") == reader.has("service") {
            reader.reject(nil, "needs either url: https://prometheus.example.com or service: {namespace: NAME, name: NAME, port: PORT}")
        }
        if (username == nil) != (password == nil) { reader.reject("username", "and passwordFile belong together") }
        if token != nil, password != nil { reader.reject("tokenFile", "cannot stand beside passwordFile") }
        if let service {
            if token != nil || password != nil || authorities != nil {
                reader.reject(
                    "service", "is reached with the credentials of the cluster: tokenFile, passwordFile and caFile belong to a url")
            }
            return PrometheusSource(address: service)
        }
        guard var url else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://"), !url.contains("@"), !url.contains("?"), !url.contains("#"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            reader.reject("url", "must be an http or https URL without user and query, such as https://prometheus.example.com")
            return nil
        }
        if !isSecure, token != nil || password != nil, !isLoopback(url) {
            reader.reject("url", "must begin with https:// when there is a token or a password: whoever stands in between would read it")
        }
        var source = PrometheusSource(address: .url(url))
        source.tokenFile = token
        source.username = username
        source.passwordFile = password
        source.caFile = authorities
        return source
    }

    private static func service(_ reader: StrictReader) -> PrometheusSource.Address? {
        let namespace = reader.requiredString("namespace")
        let name = reader.requiredString("name")
        let port = reader.require(
            "port",
            reader.read("port", expected: "a port of the Service: its name or its number") { $0.string ?? $0.integer.map(String.init) })
        let path = reader.nonEmptyString("path") ?? ""
        if !path.isEmpty, !path.hasPrefix("/") || path.hasSuffix("/") {
            reader.reject("path", "must begin with \"/\" and not end with it")
        }
        guard let namespace, let name, let port else { return nil }
        return .service(namespace: namespace, name: name, port: port, path: path)
    }

    private static func isLoopback(_ url: String) -> Bool {
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        return host == "localhost" || host.hasPrefix("127.")
    }
}
