import Manifests

/// JSON as Go's encoder writes it, byte for byte: sorted keys, and `<`, `>` and `&` escaped. Hashes of names depend on it.
enum GoJSON {
    static func bytes(_ value: Value) -> [UInt8] {
        var output: [UInt8] = []
        write(value, to: &output)
        return output
    }

    /// Compact, or with two spaces a level.
    static func text(_ value: Value, indented: Bool) -> String {
        indented ? JSON.string(value, sortedKeys: true, pretty: true) : String(decoding: bytes(value), as: UTF8.self)
    }

    private static func write(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .integer(let number): output += String(number).utf8
        case .double(let number): output += NumberText.json(number).utf8
        case .string(let text): write(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                write(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            // Go sorts by bytes, which for UTF-8 is the order of unicode scalars.
            let keys = object.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (position, key) in keys.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                write(key, to: &output)
                output.append(UInt8(ascii: ":"))
                write(object[key] ?? .null, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\"".utf8
            case "\\": output += "\\\\".utf8
            case "\n": output += "\\n".utf8
            case "\r": output += "\\r".utf8
            case "\t": output += "\\t".utf8
            case "\u{08}": output += "\\b".utf8
            case "\u{0C}": output += "\\f".utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{00}"..<"\u{20}":
                let hex = String(scalar.value, radix: 16)
                output += "\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)".utf8
            default: output += UTF8.encode(scalar).map { Array($0) } ?? []
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
