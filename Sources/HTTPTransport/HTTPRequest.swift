/// One request. The URL is http or https and carries no credentials: those belong in a header.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: HTTPHeaders
    /// `nil` for no body. POST, PUT and PATCH then send an empty one.
    package var body: [UInt8]?
    package var timeouts: HTTPTimeouts
    /// The longest body that ``HTTPClient/send(_:)`` collects, in bytes after decompression. A stream has no such limit.
    package var maximumResponseBytes: Int
    /// Connects to this Unix socket in place of the URL's host, which then only fills the Host field.
    package var unixSocketPath: String?
    /// Trust and identity of this request, in place of its client's: for credentials that are renewed while the client lives. A
    /// connection is only used again by requests with the same.
    package var tls: TLSConfiguration?
    /// A moment after which not a byte of it is sent any more, even when the process stood still before it. `timeouts` count from the
    /// start; this is fixed.
    package var endsBefore: ContinuousClock.Instant?
    /// Opens its own connection, for another try after one that went unanswered: the old connection may be half open.
    package var needsFreshConnection = false

    package init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil, timeouts: HTTPTimeouts = HTTPTimeouts(),
        maximumResponseBytes: Int = HTTPLimits.standard.responseBytes, unixSocketPath: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.maximumResponseBytes = maximumResponseBytes
        self.unixSocketPath = unixSocketPath
    }

    /// Method and URL without query and credentials: what may stand in a message or a log.
    package var redactedDescription: String {
        "\(method) \(Self.redacted(url: url))"
    }

    /// The URL without its user information, query and fragment, at most 300 characters long.
    package static func redacted(url: String) -> String {
        var text = url.prefix { $0 != "?" && $0 != "#" }
        if let scheme = text.firstRange(of: "://") {
            let authority = text[scheme.upperBound...].prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") {
                text = text[..<scheme.upperBound] + text[text.index(after: at)...]
            }
        }
        return text.count > 300 ? text.prefix(300) + "..." : String(text)
    }

    /// Says what is wrong with a request that must not reach the wire, or `nil`.
    func defect() -> String? {
        if method.isEmpty || !method.utf8.allSatisfy(Self.isTokenByte) { return "the method is not a token" }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return "the URL has a blank or a control character" }
        for field in headers.fields {
            if field.name.isEmpty || !field.name.utf8.allSatisfy(Self.isTokenByte) { return "a header name is not a token" }
            if field.value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) {
                return "the value of header \(field.name) has a line break or a NUL"
            }
        }
        if unixSocketPath?.utf8.contains(0) == true { return "the socket path has a NUL" }
        if maximumResponseBytes < 0 { return "the response limit is below zero" }
        return nil
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case let other: "!#$%&'*+-.^_`|~".utf8.contains(other)
        }
    }
}
