/// Reads variables one by one and collects what is wrong with them.
struct EnvironmentReader {
    let environment: [String: String]
    var mistakes: [String] = []

    mutating func text(_ name: String, wanted: String, valid: (String) -> Bool) -> String? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard valid(text) else {
            mistakes.append("\(name) is \"\(Self.shown(text))\"; it must be \(wanted)")
            return nil
        }
        return text
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            mistakes.append("\(name) is \"\(Self.shown(text))\"; it must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) -> Choice? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            mistakes.append("\(name) is \"\(Self.shown(text))\"; it must be one of \(choices)")
            return nil
        }
        return value
    }

    private static func shown(_ text: String) -> String {
        String(decoding: text.utf8.prefix(60).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
