/// Breaks a long text of one line at its spaces, as libyaml's emitter and go-yaml do: at the first single space after the width is passed.
/// What is read back is the same text.
struct LineFolding {
    /// Columns after which a line is broken.
    let width: Int
    /// Where the next line begins.
    let indent: Int
    /// Columns that are taken when the text begins.
    let column: Int

    /// - Parameter text: a scalar as it is written, with its quotes.
    func fold(_ text: String) -> String {
        if column + text.utf8.count <= width { return text }
        let quote = text.utf8.first.flatMap { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") ? $0 : nil }
        let scalars = Array(text.unicodeScalars)
        let inside = quote == nil ? scalars[...] : scalars.dropFirst().dropLast()
        var folded = String.UnicodeScalarView(scalars[..<inside.startIndex])
        var column = column + inside.startIndex
        var isAfterSpace = false
        for position in inside.indices {
            let scalar = inside[position]
            guard scalar == " " else {
                folded.append(scalar)
                column += 1
                isAfterSpace = false
                continue
            }
            let nextIsSpace = position + 1 < inside.endIndex && inside[position + 1] == " "
            // Double quotes can escape a space that would else be lost at the start of a line; the other forms are not broken before one.
            let mayBreak =
                !isAfterSpace && column > width && (quote == UInt8(ascii: "\"") || !nextIsSpace)
                && (quote == nil || (position != inside.startIndex && position + 1 != inside.endIndex))
            if mayBreak {
                folded.append("\n")
                folded.append(contentsOf: repeatElement(" ", count: indent))
                column = indent
                if nextIsSpace {
                    folded.append("\\")
                    column += 1
                }
            } else {
                folded.append(scalar)
                column += 1
            }
            isAfterSpace = true
        }
        folded.append(contentsOf: scalars[inside.endIndex...])
        return String(folded)
    }
}
