package import Manifests
internal import Observability

/// Audit entries in the Common Event Format, version 0 (ArcSight's "Implementing ArcSight Common Event Format", revision 25).
///
/// In the header `\` and `|` are escaped and a line cannot end; in the extension `\` and `=` are escaped and ends of lines become `\n` and `\r`.
package enum CEF {
    /// Of `reason`, `suser` and `outcome`, from the format's dictionary of keys.
    private static let textCharacters = 1023
    /// Of `cs1` and the others.
    private static let customCharacters = 4000

    /// - Parameter entry: as the API gives it.
    package static func line(_ entry: Value, version: String) -> String {
        let action = entry["action"]?.string ?? ""
        let outcome = entry["outcome"]?.string ?? ""
        let header = ["CEF:0", "Slipway", "slipway", version, action, name(action), "\(severity(action, outcome))"]
        var extensions: [(String, String?)] = [
            ("rt", entry["at"]?.string.flatMap { RFC3339.unixMilliseconds(from: $0) }.map(String.init)),
            ("externalId", entry["sequence"]?.integer.map(String.init)), ("cat", "audit"), ("act", action),
            ("suser", entry["actor"]?.string), ("outcome", outcome), ("reason", entry["reason"]?.string),
        ]
        let custom: [(String, String, String?)] = [
            ("cs1", "entryHash", entry["hash"]?.string), ("cs2", "environment", entry["environment"]?.string),
            ("cs3", "revision", entry["revision"]?.string), ("cs4", "planHash", entry["planHash"]?.string),
            ("cs5", "actorSource", entry["source"]?.string), ("cn1", "release", entry["release"]?.integer.map(String.init)),
        ]
        for (key, label, value) in custom where value != nil { extensions += [("\(key)Label", label), (key, value)] }
        let fields = extensions.compactMap { key, value -> String? in
            guard let value, !value.isEmpty else { return nil }
            return "\(key)=\(escapedValue(cut(value, to: key.hasPrefix("cs") ? customCharacters : textCharacters)))"
        }
        return header.map(escapedHeader).joined(separator: "|") + "|" + fields.joined(separator: " ")
    }

    /// 0 to 10. What was refused and what was taken back is looked at first; a record that is made from a backup is rarer still.
    private static func severity(_ action: String, _ outcome: String) -> Int {
        if action.hasPrefix("access.denied") || outcome == "denied" { return 7 }
        if action.hasPrefix("journal.") { return action == "journal.retention" ? 2 : 8 }
        if ["release.rollingBack", "release.rolledBack", "release.rollbackFailed", "release.failed"].contains(action) { return 6 }
        return action.hasPrefix("release.") ? 3 : 5
    }

    /// `release.rollingBack` as words.
    private static func name(_ action: String) -> String {
        var words = ""
        for scalar in action.unicodeScalars {
            if scalar == "." {
                words += " "
            } else if ("A"..."Z").contains(scalar) {
                words += " " + String(scalar).lowercased()
            } else {
                words.unicodeScalars.append(scalar)
            }
        }
        return words
    }

    private static func cut(_ text: String, to count: Int) -> String { text.unicodeScalars.count > count ? prefix(text, count) : text }

    private static func prefix(_ text: String, _ count: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }

    package static func escapedHeader(_ text: String) -> String {
        escaped(text) { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "|": "\\|"
            case "\n", "\r": " "
            default: nil
            }
        }
    }

    package static func escapedValue(_ text: String) -> String {
        escaped(text) { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "=": "\\="
            case "\n": "\\n"
            case "\r": "\\r"
            default: nil
            }
        }
    }

    /// By scalars: in Swift a line end of CR and LF is one character.
    private static func escaped(_ text: String, _ replace: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let replacement = replace(scalar) {
                result += replacement
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
