internal import HTTPTransport

/// Acting as somebody else, where the API server allows it ("Authenticating", section "User impersonation").
package struct Impersonation: Sendable, Hashable {
    package var user: String
    package var uid: String?
    package var groups: [String]
    /// In the order of the kubeconfig.
    package var extra: [Extra]

    package struct Extra: Sendable, Hashable {
        package var key: String
        package var values: [String]
    }

    var headers: [HTTPField] {
        var headers = [HTTPField("Impersonate-User", user)]
        if let uid { headers.append(HTTPField("Impersonate-Uid", uid)) }
        headers += groups.map { HTTPField("Impersonate-Group", $0) }
        for entry in extra {
            // What a header name cannot hold is percent-encoded; names of headers have no case, so the server sees lower case.
            let name = "Impersonate-Extra-\(PathEncoding.encode(entry.key))"
            headers += entry.values.map { HTTPField(name, $0) }
        }
        return headers
    }
}
