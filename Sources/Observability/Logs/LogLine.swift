package import Logging

/// One event as one line of text, without its line feed. Pure: the same event gives the same bytes.
package enum LogLine {
    package static func make(
        format: LogFormat, unixMilliseconds: Int64, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata
    ) -> [UInt8] {
        let time = RFC3339.string(fromUnixMilliseconds: unixMilliseconds)
        let message = cut(Redaction.redacted(message))
        let fields = fields(of: metadata)
        switch format {
        case .text: return text(time: time, level: level, label: label, message: message, fields: fields)
        case .json: return json(time: time, level: level, label: label, message: message, fields: fields)
        }
    }

    private static func text(time: String, level: Logger.Level, label: String, message: String, fields: [(String, String)]) -> [UInt8] {
        var line = Array("\(time) \(level.rawValue) ".utf8)
        appendVisible(message, to: &line)
        for (name, value) in fields + [("logger", label)] where !value.isEmpty || name != "logger" {
            line.append(0x20)
            appendVisible(name, to: &line)
            line.append(UInt8(ascii: "="))
            if needsQuotes(value) { JSONText.append(value, to: &line) } else { line += value.utf8 }
        }
        return line
    }

    /// A field that has the name of one of ours is written with `field_` before it: nothing in an event can pretend to be its time.
    private static func json(time: String, level: Logger.Level, label: String, message: String, fields: [(String, String)]) -> [UInt8] {
        var line: [UInt8] = [UInt8(ascii: "{")]
        let own = [("time", time), ("level", level.rawValue), ("logger", label), ("message", message)]
        for (index, (name, value)) in (own + fields).enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            let collides = index >= own.count && own.contains { $0.0 == name }
            JSONText.append(collides ? "field_" + name : name, to: &line)
            line.append(UInt8(ascii: ":"))
            JSONText.append(value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
        return line
    }

    private static func fields(of metadata: Logger.Metadata) -> [(String, String)] {
        let names = metadata.keys.sorted()
        var fields: [(String, String)] = []
        for name in names.prefix(ObservabilityLimits.logMetadataEntries) {
            guard let value = metadata[name] else { continue }
            fields.append((name, Redaction.isSecret(name: name) ? Redaction.mark : cut(Redaction.redacted(plain(value, depth: 0)))))
        }
        if names.count > ObservabilityLimits.logMetadataEntries {
            fields.append(("fields_left_out", String(names.count - ObservabilityLimits.logMetadataEntries)))
        }
        return fields
    }

    private static func plain(_ value: Logger.MetadataValue, depth: Int) -> String {
        guard depth < ObservabilityLimits.logMetadataDepth else { return "..." }
        switch value {
        case .string(let text): return text
        case .stringConvertible(let convertible): return convertible.description
        case .array(let values): return "[" + values.map { plain($0, depth: depth + 1) }.joined(separator: ",") + "]"
        case .dictionary(let members):
            let shown = members.keys.sorted().map { name in
                let value = members[name].map { plain($0, depth: depth + 1) } ?? ""
                return "\(name):\(Redaction.isSecret(name: name) ? Redaction.mark : value)"
            }
            return "{" + shown.joined(separator: ",") + "}"
        @unknown default: return value.description
        }
    }

    static func cut(_ text: String) -> String {
        let limit = ObservabilityLimits.logValueBytes
        guard text.utf8.count > limit else { return text }
        // Cutting bytes may split a character; the decoder then writes a replacement character, which is harmless here.
        return String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "...[\(text.utf8.count - limit) bytes more]"
    }

    /// One event is one line: what would end or recolour the line is written as an escape.
    private static func appendVisible(_ text: String, to line: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x0A: line += [0x5C, UInt8(ascii: "n")]
            case 0x0D: line += [0x5C, UInt8(ascii: "r")]
            case 0x09: line.append(0x20)
            case 0..<0x20, 0x7F: line += [0x5C, UInt8(ascii: "x"), JSONText.hexDigit(byte >> 4), JSONText.hexDigit(byte & 15)]
            default: line.append(byte)
            }
        }
    }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty || value.utf8.contains { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }
    }
}
