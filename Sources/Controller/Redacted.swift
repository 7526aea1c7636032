internal import Foundation

/// What may be shown of an address that can carry credentials.
package enum Redacted {
    /// The address without its user part.
    package static func url(_ url: String) -> String {
        guard let scheme = url.range(of: "://"), let at = url[scheme.upperBound...].firstIndex(of: "@") else { return url }
        let host = url[scheme.upperBound...].firstIndex(of: "/") ?? url.endIndex
        return at < host ? String(url[..<scheme.upperBound]) + String(url[url.index(after: at)...]) : url
    }
}
