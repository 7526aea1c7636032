/// Appends values as JSON bytes. `JSON.bytes` and `JSON.string` are the way in.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let sortedKeys: Bool
    private let pretty: Bool
    private let escapingHTML: Bool

    init(sortedKeys: Bool, pretty: Bool, escapingHTML: Bool) {
        self.sortedKeys = sortedKeys
        self.pretty = pretty
        self.escapingHTML = escapingHTML
    }

    mutating func write(_ value: Value, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .double(let value): bytes.append(contentsOf: NumberText.json(value).utf8)
        case .string(let value): write(value)
        case .array(let elements): write(elements, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ elements: [Value], depth: Int) {
        if elements.isEmpty { return append("[]") }
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth + 1)
            write(element, depth: depth + 1)
        }
        breakLine(depth)
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: Object, depth: Int) {
        if object.isEmpty { return append("{}") }
        bytes.append(UInt8(ascii: "{"))
        var order = Array(object.keys.indices)
        if sortedKeys { order.sort { object.keys[$0].utf8.lexicographicallyPrecedes(object.keys[$1].utf8) } }
        for (index, member) in order.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth + 1)
            write(object.keys[member])
            append(pretty ? ": " : ":")
            write(object.values[member], depth: depth + 1)
        }
        breakLine(depth)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ string: String) {
        var string = string
        bytes.append(UInt8(ascii: "\""))
        string.withUTF8 { text in
            var run = 0
            for index in text.indices {
                guard let escape = escape(text, at: index) else { continue }
                bytes.append(contentsOf: text[run..<index])
                append(escape.text)
                run = index + escape.length
            }
            if run < text.count { bytes.append(contentsOf: text[run...]) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// What has to be written in place of the character at `index`, and how many bytes that one has.
    private func escape(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (text: String, length: Int)? {
        let byte = text[index]
        switch byte {
        case UInt8(ascii: "\""): return ("\\\"", 1)
        case UInt8(ascii: "\\"): return ("\\\\", 1)
        case 0x0A: return ("\\n", 1)
        case 0x0D: return ("\\r", 1)
        case 0x09: return ("\\t", 1)
        case 0x08: return ("\\b", 1)
        case 0x0C: return ("\\f", 1)
        case 0..<0x20: return (Self.unicodeEscape(byte), 1)
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): return escapingHTML ? (Self.unicodeEscape(byte), 1) : nil
        case 0xE2:
            guard escapingHTML, index + 2 < text.count, text[index + 1] == 0x80, text[index + 2] | 1 == 0xA9 else { return nil }
            return (text[index + 2] == 0xA8 ? "\\u2028" : "\\u2029", 3)
        default: return nil
        }
    }

    private static func unicodeEscape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    private mutating func breakLine(_ depth: Int) {
        guard pretty else { return }
        bytes.append(0x0A)
        for _ in 0..<depth { append("  ") }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
