/// What names, labels and keys may look like (RFC 1123, RFC 1035, and Kubernetes' qualified names). Each rule answers nil, or what is
/// wrong.
enum NameRules {
    static let label = "must be lower case letters, digits and '-', begin and end with a letter or digit, and have at most 63 characters"
    static let subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'example.com')"

    /// A DNS label by RFC 1123: names of namespaces and containers.
    static func dnsLabel(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 63, bytes.allSatisfy({ isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }),
            let first = bytes.first, let last = bytes.last, isLowerOrDigit(first), isLowerOrDigit(last)
        else {
            return "a lowercase RFC 1123 label \(label) (e.g. 'my-name' or '123-abc')"
        }
        return nil
    }

    /// A DNS label by RFC 1035, which does not begin with a digit: names of services.
    static func dns1035Label(_ text: String) -> String? {
        guard dnsLabel(text) == nil, let first = text.utf8.first, !(0x30...0x39).contains(first) else {
            return "a DNS-1035 label \(label), and begin with a letter (e.g. 'my-name' or 'abc-123')"
        }
        return nil
    }

    static func dnsSubdomain(_ text: String) -> String? {
        guard text.utf8.count <= 253 else { return "must be no more than 253 characters" }
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let bytes = Array(part.utf8)
            guard let first = bytes.first, let last = bytes.last, isLowerOrDigit(first), isLowerOrDigit(last),
                bytes.allSatisfy({ isLowerOrDigit($0) || $0 == UInt8(ascii: "-") })
            else { return subdomain }
        }
        return nil
    }

    /// One segment of a path, for the kinds that allow nearly everything: roles and their bindings.
    static func pathSegment(_ text: String) -> String? {
        if text == "." || text == ".." { return "may not be '\(text)'" }
        if text.contains("/") { return "may not contain '/'" }
        if text.contains("%") { return "may not contain '%'" }
        return nil
    }

    /// `name` or `prefix/name`: keys of labels and annotations, finalizers.
    static func qualifiedName(_ text: String) -> String? {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else { return "must be a name with an optional DNS prefix and one '/'" }
        if parts.count == 2, dnsSubdomain(String(parts[0])) != nil { return "prefix part \(subdomain)" }
        let bytes = Array(name.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63, isAlphanumeric(first), isAlphanumeric(last),
            bytes.allSatisfy(isNameByte)
        else {
            return
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
                + "(e.g. 'MyName'), in at most 63 characters"
        }
        return nil
    }

    static func labelValue(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return nil }
        guard bytes.count <= 63 else { return "must be no more than 63 characters" }
        guard isAlphanumeric(first), isAlphanumeric(last), bytes.allSatisfy(isNameByte) else {
            return
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
                + "an alphanumeric character (e.g. 'MyValue')"
        }
        return nil
    }

    /// A key of a ConfigMap or Secret: it becomes the name of a file.
    static func dataKey(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 253, text != ".", text != "..", bytes.allSatisfy(isNameByte) else {
            return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name')"
        }
        return nil
    }

    /// The name of an environment variable, as freely as the API allows.
    static func environmentName(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") }) else {
            return "a valid environment variable name must consist only of printable ASCII characters other than '='"
        }
        return nil
    }

    /// The name of a port: at most 15 characters with a letter among them (RFC 6335).
    static func portName(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 15, dnsLabel(text) == nil, bytes.contains(where: { (0x61...0x7A).contains($0) }), !text.contains("--") else {
            return "must be at most 15 lower case letters, digits and single '-', with at least one letter"
        }
        return nil
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLowerOrDigit(byte) || (0x41...0x5A).contains(byte) }
    private static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
