/// A Git remote over http or https, as far as a network policy has to know it.
struct WebRemote {
    var port: Int

    /// `nil` for a remote of another kind, or one whose port is none.
    init?(_ url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        switch url[..<separator.lowerBound].lowercased() {
        case "https": port = 443
        case "http": port = 80
        default: return nil
        }
        var authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        // The colons of an IPv6 address stand within its brackets.
        let host = authority.lastIndex(of: "]").map { authority[...$0] } ?? authority.prefix { $0 != ":" }
        guard !host.isEmpty else { return nil }
        let rest = authority[host.endIndex...]
        guard !rest.isEmpty else { return }
        guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65535).contains(number) else { return nil }
        port = number
    }
}
