internal import HTTPTransport

/// One call, before it becomes an HTTP request.
struct APICall: Sendable {
    var method = "GET"
    /// Already percent-encoded, from the first slash on.
    var path: String
    var query: [(name: String, value: String)] = []
    var contentType: String?
    var accept = "application/json"
    var headers: [HTTPField] = []
    var body: [UInt8]?
    var subject: CallSubject
    var safety: RetryRule.Safety = .idempotent
    /// For all tries together; the client's default when `nil`.
    var deadline: Duration?
    var maximumResponseBytes: Int?

    /// Whether a cluster may be another one after it. Reviews of access are asked with POST.
    var changesSomething: Bool {
        method != "GET" && method != "HEAD" && !query.contains { $0.name == "dryRun" } && !path.hasPrefix("/apis/authorization.k8s.io/")
    }

    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(PathEncoding.encode($0.name))=\(PathEncoding.encode($0.value))" }.joined(separator: "&")
    }
}

enum PathEncoding {
    /// Whether a path has a part that leads out of what it is appended to, for whoever decodes it first.
    static func leavesItsRoot(_ path: String) -> Bool {
        let plain = path.prefix { $0 != "?" }.lowercased().replacing("%2e", with: ".").replacing("%2f", with: "/").replacing(
            "%5c", with: "/")
        return plain.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    /// All but the unreserved characters of RFC 3986, so that a name can never become a path or a query of its own.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    /// One segment of a path. `.` and `..` would be resolved on the way, and an empty one changes what is addressed.
    static func segment(_ text: String, _ subject: CallSubject) throws(KubernetesError) -> String {
        guard !text.isEmpty, text != ".", text != "..", !text.contains("/"), !text.contains("%") else {
            throw KubernetesError(
                .badRequest, "cannot \(subject.verb) \(subject.what): \"\(text)\" cannot be a name in Kubernetes", object: subject.object)
        }
        return encode(text)
    }
}
