/// `$(NAME)` in commands, arguments and values: replaced when the variable is known, left as it stands when not; `$$` is one `$`.
package enum VariableExpansion {
    package static func expand(_ text: String, with variables: [String: String]) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            switch rest.first {
            case "$":
                result += "$"
                rest = rest.dropFirst()
            case "(":
                guard let end = rest.firstIndex(of: ")") else {
                    result += "$"
                    continue
                }
                let name = rest[rest.index(after: rest.startIndex)..<end]
                result += variables[String(name)] ?? "$(\(name))"
                rest = rest[end...].dropFirst()
            default:
                result += "$"
            }
        }
        return result + rest
    }
}
