/// Text as a TEXT column keeps it.
enum StoredText {
    /// Cut to the limit of this room, and without NUL, at which SQLite's text functions end.
    static func bounded(_ text: String) -> String {
        var text = text
        if text.utf8.contains(0) {
            text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
        }
        guard text.utf8.count > JournalLimits.textBytes else { return text }
        let mark = " [cut]"
        var kept = String.UnicodeScalarView()
        var size = mark.utf8.count
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            if size > JournalLimits.textBytes { break }
            kept.append(scalar)
        }
        return String(kept) + mark
    }
}
