internal import CCurl

extension HTTPError {
    /// Turns a result of libcurl into the operator's sentence.
    init(curl result: CURLcode, detail: String, request: String) {
        let reason = detail.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : detail
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self.init(code: .resolve, message: "\(request): the host name has no address: \(reason)")
        case CURLE_COULDNT_CONNECT:
            self.init(code: .connectionFailed, message: "\(request): no connection: \(reason)")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(code: .timedOut, message: "\(request): no connection in time: \(reason)")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS:
            self.init(code: .tls, message: "\(request): the server's certificate is not trusted: \(reason)")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_CIPHER:
            self.init(code: .tls, message: "\(request): the client's certificate, key or certificate authority cannot be used: \(reason)")
        case CURLE_SSL_CONNECT_ERROR:
            // A server that restarts breaks handshakes off too, so this one is worth another try.
            self.init(code: .tls, message: "\(request): the TLS handshake failed: \(reason)", isTransient: true)
        case CURLE_RECV_ERROR where reason.contains("alert"), CURLE_SEND_ERROR where reason.contains("alert"):
            self.init(code: .tls, message: "\(request): the server refused the TLS session: \(reason)")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            self.init(code: .connectionFailed, message: "\(request): the connection broke: \(reason)")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self.init(code: .invalidURL, message: "\(request): \(reason)")
        case CURLE_FILESIZE_EXCEEDED:
            self.init(code: .tooLarge, message: "\(request): \(reason)")
        case CURLE_OUT_OF_MEMORY:
            self.init(code: .unavailable, message: "\(request): \(reason)")
        default:
            self.init(code: .protocolError, message: "\(request): the answer cannot be read: \(reason)")
        }
    }
}
