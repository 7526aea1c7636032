/// A place in a value by RFC 6901: `/spec/template/spec/containers/0/image`, with `~1` for `/` and `~0` for `~` in a step.
package struct JSONPointer: Sendable, Hashable {
    /// The steps, unescaped. Empty for the whole value.
    package var steps: [String]

    package init(steps: [String]) { self.steps = steps }

    package init(_ text: String) throws(ManifestError) {
        guard !text.isEmpty else {
            steps = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw ManifestError(code: .invalidPointer, message: "the JSON pointer \"\(text)\" does not start with \"/\"")
        }
        var steps: [String] = []
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            steps.append(try Self.unescape(part, in: text))
        }
        self.steps = steps
    }

    private static func unescape(_ part: Substring.UTF8View, in text: String) throws(ManifestError) -> String {
        guard part.contains(UInt8(ascii: "~")) else { return String(Substring(part)) }
        var step: [UInt8] = []
        var bytes = part.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "~") else {
                step.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "0"): step.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): step.append(UInt8(ascii: "/"))
            default:
                throw ManifestError(code: .invalidPointer, message: "the JSON pointer \"\(text)\" has a \"~\" that is not \"~0\" or \"~1\"")
            }
        }
        return String(decoding: step, as: UTF8.self)
    }

    /// The place of a list that a step names: digits without a leading zero.
    package static func index(_ step: String) -> Int? {
        let digits = step.utf8
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ $0.decimalDigitValue != nil }) else { return nil }
        if digits.count > 1 && digits.first == UInt8(ascii: "0") { return nil }
        return Int(step)
    }

    /// The value there, or `nil`.
    package func value(in root: Value) -> Value? {
        var value = root
        for step in steps {
            let next = value.array == nil ? value[step] : Self.index(step).flatMap { value[$0] }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// Puts another value where there is one already; `nil` takes it out. Without a value there, nothing is done.
    package func replace(in root: inout Value, with newValue: Value?) { Self.replace(steps[...], in: &root, with: newValue) }

    private static func replace(_ steps: ArraySlice<String>, in value: inout Value, with newValue: Value?) {
        guard let step = steps.first else {
            if let newValue { value = newValue }
            return
        }
        let rest = steps.dropFirst()
        if var list = value.array {
            guard let index = index(step), list.indices.contains(index) else { return }
            if rest.isEmpty, newValue == nil { list.remove(at: index) } else { replace(rest, in: &list[index], with: newValue) }
            value = .array(list)
        } else if var member = value[step] {
            if rest.isEmpty, newValue == nil {
                value[step] = nil
            } else {
                replace(rest, in: &member, with: newValue)
                value[step] = member
            }
        }
    }

    /// Whether this place is `other` or inside of it.
    package func isInside(_ other: JSONPointer) -> Bool { steps.starts(with: other.steps) }
}

extension JSONPointer: CustomStringConvertible {
    package var description: String {
        steps.map { step in
            var text = "/"
            for scalar in step.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
            return text
        }.joined()
    }
}
