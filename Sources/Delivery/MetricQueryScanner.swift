/// Takes a PromQL expression apart as far as its strings, comments, brackets and our variables.
///
/// Source: the lexer of Prometheus, `promql/parser/lex.go`: `"` and `'` know backslashes, a back quote knows none, `#` runs to the end of
/// the line.
struct MetricQueryScanner {
    enum Piece {
        case text(String)
        /// Its name, and the quote of the string that it stands in.
        case variable(String, within: Character?)
        /// As written, and what is wrong with it.
        case defect(String, String)
    }

    private var rest: Substring
    private var place = 0
    private var quote: (mark: Character, place: Int)?
    private var brackets: [(mark: Character, place: Int)] = []

    init(_ text: String) { rest = text[...] }

    /// What was opened and never closed, once all is read.
    var openEnds: [String] {
        if let quote { return ["opens a string with \(quote.mark) at character \(quote.place) and does not close it"] }
        return brackets.last.map { ["opens \"\($0.mark)\" at character \($0.place) and does not close it"] } ?? []
    }

    mutating func next() -> Piece? {
        guard let character = rest.first else { return nil }
        if let piece = variable() { return piece }
        take()
        if character.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" && $0 != "\r" || $0.value == 0x7F }) {
            return .defect("", "has a control character at character \(place)")
        }
        if let quote { return within(quote.mark, character) }
        switch character {
        case "\"", "'", "`": quote = (character, place)
        case "#": return .text(String(character) + comment())
        case "(", "[", "{": brackets.append((character, place))
        case ")", "]", "}":
            let open: Character = character == ")" ? "(" : character == "]" ? "[" : "{"
            guard brackets.last?.mark == open else {
                return .defect(String(character), "has a \"\(character)\" at character \(place) that nothing opens")
            }
            brackets.removeLast()
        case "$", ";", "?", "&", "|", "\\":
            return .defect(String(character), "has \"\(character)\" at character \(place), which PromQL does not know")
        default: break
        }
        return .text(String(character))
    }

    private mutating func within(_ mark: Character, _ character: Character) -> Piece {
        if character == mark {
            quote = nil
        } else if character == "\\", mark != "`", let escaped = rest.first {
            take()
            return .text(String([character, escaped]))
        } else if character == "\n" || character == "\r\n", mark != "`" {
            return .defect(String(character), "has a string whose line ends at character \(place)")
        }
        return .text(String(character))
    }

    /// `${name}`. A number between the braces is a group of `label_replace`, and not ours.
    private mutating func variable() -> Piece? {
        guard rest.hasPrefix("${"), let close = rest.firstIndex(of: "}") else { return nil }
        let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<close])
        if quote != nil, !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isNumber }) { return nil }
        place += rest[...close].count
        rest = rest[rest.index(after: close)...]
        return .variable(name, within: quote?.mark)
    }

    private mutating func comment() -> String {
        let text = rest.prefix { !$0.isNewline }
        place += text.count
        rest = rest.dropFirst(text.count)
        return String(text)
    }

    private mutating func take() {
        rest = rest.dropFirst()
        place += 1
    }
}
