internal import CCurl

extension EasyHandle {
    /// Writes a request into the handle. It fails when libcurl would not send what was asked for.
    func configure(_ request: HTTPRequest, client: HTTPClient.Configuration, isStream: Bool) throws(HTTPError) {
        let name = request.redactedDescription
        guard let origin = HTTPOrigin(url: request.url) else {
            throw HTTPError.invalid(name, reason: "this is no http or https URL without credentials in it")
        }
        set(CURLOPT_URL, request.url)
        // Signals belong to the process, not to a library in a thread of it.
        set(CURLOPT_NOSIGNAL, 1)
        // Without this, giving up on a transfer waits for the system's resolver to give up too.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        // What was checked is what is sent: libcurl would resolve ".." by itself.
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_NETRC, 0)
        // Requests that begin together wait for the first one's connection, to share it when it turns out to speak HTTP/2. Without this
        // each would open its own.
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_HTTP_VERSION, client.isHTTP2Allowed ? slipway_curl_http_2_over_tls : slipway_curl_http_1_1)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.wholeMilliseconds)
        set(CURLOPT_MAXAGE_CONN, client.limits.idleConnectionSeconds)
        set(CURLOPT_TCP_NODELAY, 1)
        // A peer that vanished without a word is noticed within about two minutes even on a silent watch.
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 15)
        limitUnacknowledgedTime()
        if request.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
        set(CURLOPT_USERAGENT, client.userAgent)
        if !isStream, request.headers["Accept-Encoding"] == nil {
            // Whatever libcurl can decode. A stream stays plain: a compressor holds back what a follower waits for.
            set(CURLOPT_ACCEPT_ENCODING, "")
        }
        if let path = request.unixSocketPath { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        setProxy(client.proxy, origin: origin, isSocket: request.unixSocketPath != nil)
        let tls = request.tls ?? client.tls
        setTLS(tls, origin: origin, request: request)
        setMethod(request)
        set(headerLines: Self.headerLines(request, origin: origin, tls: tls))
    }

    private func setMethod(_ request: HTTPRequest) {
        switch (request.method, request.body) {
        case ("HEAD", _):
            set(CURLOPT_NOBODY, 1)
        case ("GET", nil):
            set(CURLOPT_HTTPGET, 1)
        case (let method, let body?):
            set(body: body)
            set(CURLOPT_CUSTOMREQUEST, method)
        case (let method, nil):
            if ["POST", "PUT", "PATCH"].contains(method) { set(body: []) }
            set(CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func setProxy(_ proxy: HTTPProxy, origin: HTTPOrigin, isSocket: Bool) {
        switch proxy {
        case _ where isSocket: set(CURLOPT_PROXY, "")
        case .environment: if origin.isLoopback { set(CURLOPT_PROXY, "") }
        case .none: set(CURLOPT_PROXY, "")
        case .url(let url):
            set(CURLOPT_PROXY, url)
            // A proxy that is named for this very server is not undone by the environment's no_proxy.
            set(CURLOPT_NOPROXY, "")
        }
    }

    private func setTLS(_ tls: TLSConfiguration, origin: HTTPOrigin, request: HTTPRequest) {
        set(CURLOPT_SSLVERSION, slipway_curl_tls_1_2)
        set(CURLOPT_SSL_VERIFYPEER, tls.insecureSkipVerify ? 0 : 1)
        set(CURLOPT_SSL_VERIFYHOST, tls.insecureSkipVerify ? 0 : 2)
        if let ca = tls.caPEM {
            set(CURLOPT_CAINFO_BLOB, blob: ca)
            // Debian's libcurl also reads /etc/ssl/certs unless it is told not to: a private authority stands alone.
            set(CURLOPT_CAPATH, nil as String?)
        }
        if let certificate = tls.certificatePEM {
            set(CURLOPT_SSLCERTTYPE, "PEM")
            set(CURLOPT_SSLCERT_BLOB, blob: certificate)
        }
        if let key = tls.privateKeyPEM {
            set(CURLOPT_SSLKEYTYPE, "PEM")
            set(CURLOPT_SSLKEY_BLOB, blob: key)
        }
        if let name = tls.serverName, origin.scheme == "https", name.lowercased() != origin.host {
            // libcurl verifies the URL's host, so the URL takes the certificate's name and the connection the real host.
            set(CURLOPT_URL, Self.replacingHost(of: request.url, with: name, port: origin.port))
            set(connectTo: "\(name):\(origin.port):\(origin.host):\(origin.port)")
        }
    }

    private static func headerLines(_ request: HTTPRequest, origin: HTTPOrigin, tls: TLSConfiguration) -> [String] {
        var lines = request.headers.fields.map { field in
            // libcurl takes "Name;" for an empty value and "Name:" for "do not send".
            field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        // Without an answer to it this costs a second of waiting on every large body.
        if request.headers["Expect"] == nil { lines.append("Expect:") }
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        if request.headers["Accept"] == nil { lines.append("Accept: */*") }
        if tls.serverName != nil, request.headers["Host"] == nil { lines.append("Host: \(origin.host):\(origin.port)") }
        return lines
    }

    private static func replacingHost(of url: String, with host: String, port: Int) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...].drop { $0 != "/" && $0 != "?" && $0 != "#" }
        return "\(url[..<scheme.upperBound])\(host):\(port)\(rest)"
    }
}

extension Duration {
    /// At least 1, since libcurl takes 0 for "no limit"; at most what its 32 bits hold.
    var wholeMilliseconds: Int {
        let milliseconds = self / .milliseconds(1)
        return milliseconds < 1 ? 1 : milliseconds > 2_000_000_000 ? 2_000_000_000 : Int(milliseconds)
    }
}
