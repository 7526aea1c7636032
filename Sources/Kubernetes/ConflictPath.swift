internal import Manifests

/// The API's notation for a field in conflict: `.spec.template.spec.containers[name="app"].image`, `.metadata.finalizers[="x"]`
/// (structured-merge-diff, "fieldpath").
enum ConflictPath {
    /// As far as it can be read; what follows is left out, so that the place is at worst a parent of the field.
    static func elements(_ text: String) -> [PathElement] {
        var elements: [PathElement] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                let key = rest.prefix { $0 != "." && $0 != "[" }
                rest = rest.dropFirst(key.count)
                guard !key.isEmpty else { break }
                elements.append(.key(String(key)))
            } else if first == "[", let inside = bracketed(rest) {
                rest = rest.dropFirst(inside.count + 2)
                guard let element = element(inside) else { break }
                elements.append(element)
            } else {
                break
            }
        }
        return elements
    }

    /// What stands between the brackets; a quoted value may have brackets of its own.
    private static func bracketed(_ text: Substring) -> Substring? {
        var isQuoted = false, isEscaped = false
        for index in text.indices.dropFirst() {
            let character = text[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "]", !isQuoted {
                return text[text.index(after: text.startIndex)..<index]
            }
        }
        return nil
    }

    /// At the commas outside of quotes.
    private static func parts(_ text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false, isEscaped = false
        for index in text.indices {
            let character = text[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        return parts + [text[start...]]
    }

    private static func element(_ inside: Substring) -> PathElement? {
        if let index = Int(inside) { return .index(index) }
        guard !inside.hasPrefix("=") else { return nil }  // an element of a set is a value, not a place
        var keys: [ElementKey] = []
        for part in parts(inside) {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let value = try? JSON.parse(Array(sides[1].utf8)) else { return nil }
            keys.append(ElementKey(name: String(sides[0]), value: value))
        }
        return keys.isEmpty ? nil : .element(keys)
    }
}
