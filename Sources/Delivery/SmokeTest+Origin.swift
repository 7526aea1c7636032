extension SmokeStep.Request {
    /// A URL taken apart: where it leads, and what is asked for there.
    struct Address {
        /// `https://shop.example.com:8443`, in lower case, without the port that the scheme has by itself.
        var origin: String
        /// With its query, beginning with `/`.
        var path: String

        /// `nil` for what is no `http` or `https` URL, and for one with a user, whose name and password would be shown.
        init?(_ url: String) {
            let visible = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") }
            guard visible, url.utf8.count <= 2048, let scheme = ["https", "http"].first(where: { url.lowercased().hasPrefix("\($0)://") })
            else { return nil }
            let rest = url.dropFirst(scheme.count + 3)
            var authority = rest.prefix { $0 != "/" && $0 != "?" }.lowercased()
            let standard = scheme == "https" ? ":443" : ":80"
            if authority.hasSuffix(standard) { authority.removeLast(standard.count) }
            guard SmokeStep.Request.isAuthority(authority) else { return nil }
            origin = "\(scheme)://\(authority)"
            let tail = rest.drop { $0 != "/" && $0 != "?" }
            path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        }
    }

    /// A host name or an address, with a port perhaps.
    private static func isAuthority(_ text: String) -> Bool {
        var host = text[...]
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
            let inner = host[host.index(after: host.startIndex)..<close]
            guard !inner.isEmpty, inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
            host = host[host.index(after: close)...]
            return host.isEmpty || isPort(host)
        }
        if let colon = host.firstIndex(of: ":") {
            guard isPort(host[colon...]) else { return false }
            host = host[..<colon]
        }
        return !host.isEmpty && host.utf8.count <= 253 && !host.hasPrefix(".") && !host.hasPrefix("-")
            && host.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.hasPrefix(":"), text.count <= 6, let number = Int(text.dropFirst()) else { return false }
        return PolicyLimits.port.contains(number)
    }
}
