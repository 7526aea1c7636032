internal import HTTPTransport

/// A remote's URL, understood.
enum RemoteAddress: Sendable, Hashable {
    /// An absolute path on this machine.
    case local(path: String)
    /// The URL without user information and trailing slash, and the user information that it had.
    case http(url: String, origin: HTTPOrigin, user: String?, password: String?)
    case ssh(user: String?, host: String, port: Int?, path: String)

    /// - Throws: a reason in words.
    static func parse(_ text: String) throws(Problem) -> RemoteAddress {
        guard text.utf8.count <= 2048 else { throw Problem("the URL is longer than 2048 bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) || text.hasPrefix("/"), !text.utf8.contains(where: { $0 < 0x20 }) else {
            throw Problem("the URL has a blank or a control character")
        }
        if text.hasPrefix("/") { return .local(path: text) }
        guard let separator = text.firstRange(of: "://") else { return try scpForm(text) }
        let rest = text[separator.upperBound...]
        switch text[..<separator.lowerBound].lowercased() {
        case "file": return .local(path: try filePath(rest))
        case "http", "https": return try http(text, scheme: text[..<separator.lowerBound].lowercased(), rest: rest)
        case "ssh", "git+ssh", "ssh+git": return try ssh(rest)
        case "git": throw Problem("git:// is neither encrypted nor authenticated; use https:// or ssh://")
        case let other: throw Problem("the scheme \(other) is not one of https, http, ssh and file")
        }
    }

    /// What may stand in a message.
    static func redacted(_ text: String) -> String {
        switch try? parse(text) {
        case .ssh, .local: text
        case .http(let url, _, _, _): HTTPRequest.redacted(url: url)
        case nil: HTTPRequest.redacted(url: text)
        }
    }

    struct Problem: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    private static func filePath(_ rest: Substring) throws(Problem) -> String {
        // file:///path and file://localhost/path; another host is not this machine.
        let host = rest.prefix { $0 != "/" }
        guard host.isEmpty || host == "localhost", let path = percentDecoded(rest.dropFirst(host.count)), path.hasPrefix("/") else {
            throw Problem("a file URL has the form file:///absolute/path")
        }
        return path
    }

    private static func http(_ text: String, scheme: String, rest: Substring) throws(Problem) -> RemoteAddress {
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest.dropFirst(authority.count)
        guard !path.contains("?"), !path.contains("#") else { throw Problem("the URL of a repository has no query and no fragment") }
        while path.hasSuffix("/") { path = path.dropLast() }
        var host = authority
        var user: String?
        var password: String?
        if let at = authority.lastIndex(of: "@") {
            host = authority[authority.index(after: at)...]
            let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = parts.first.flatMap(percentDecoded)
            password = parts.count > 1 ? percentDecoded(parts[1]) : nil
        }
        let url = "\(scheme)://\(host)\(path)"
        guard let origin = HTTPOrigin(url: url) else { throw Problem("the URL cannot be read") }
        return .http(url: url, origin: origin, user: user, password: password)
    }

    private static func ssh(_ rest: Substring) throws(Problem) -> RemoteAddress {
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        var host = authority
        var user: Substring?
        if let at = authority.lastIndex(of: "@") {
            user = authority[..<at]
            host = authority[authority.index(after: at)...]
        }
        var port: Int?
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: colon)...]), (1...65_535).contains(number) else {
                throw Problem("the port is no number between 1 and 65535")
            }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let decoded = percentDecoded(path), decoded.count > 1 else { throw Problem("the URL has no path") }
        // ssh://host/~ada/x means a home folder, as git itself reads it.
        return try checked(user: user, host: host, port: port, path: decoded.hasPrefix("/~") ? String(decoded.dropFirst()) : decoded)
    }

    /// `user@host:path`, which Git inherited from scp.
    private static func scpForm(_ text: String) throws(Problem) -> RemoteAddress {
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
            throw Problem("this is no URL and no absolute path")
        }
        var host = text[..<colon]
        var user: Substring?
        if let at = host.lastIndex(of: "@") {
            user = host[..<at]
            host = host[host.index(after: at)...]
        }
        return try checked(user: user, host: host, port: nil, path: String(text[text.index(after: colon)...]))
    }

    /// Refuses what `ssh` or the shell at the other end could take for an option or a command.
    private static func checked(user: Substring?, host: Substring, port: Int?, path: String) throws(Problem) -> RemoteAddress {
        func isPlain(_ text: Substring) -> Bool {
            !text.isEmpty && !text.hasPrefix("-")
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    case let other: "-._:".utf8.contains(other)
                    }
                }
        }
        guard isPlain(host) else { throw Problem("the host has a character that no host name has") }
        if let user, !isPlain(user) { throw Problem("the user has a character that no user name has (a password cannot stand here)") }
        guard !path.isEmpty, !path.hasPrefix("-"), path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Problem("the path is empty, begins with \"-\", or has a control character")
        }
        return .ssh(user: user.map(String.init), host: String(host), port: port, path: path)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), value != 0 else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
