/// The regular expressions of schemas.
enum SchemaPattern {
    /// Nil when the expression is one that Swift does not read: then nothing is known, and the value passes.
    static func matches(_ text: String, _ pattern: String) -> Bool? {
        do {
            return try Regex(pattern).firstMatch(in: text) != nil
        } catch {
            return nil  // Kubernetes' expressions are those of RE2; a few of them have no like here.
        }
    }
}

/// The formats of strings that are checked; a value of any other format passes.
enum SchemaFormat {
    static func isValid(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date-time": Timestamp(rfc3339: text) != nil
        case "date": Timestamp(rfc3339: text + "T00:00:00Z") != nil
        case "uuid": isUUID(text)
        default: true
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.joined().allSatisfy(\.isHexDigit)
    }
}
