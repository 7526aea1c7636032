/// The last lines of a container's log as they may stand in a message: few, short, without control characters, and with what looks
/// like a credential masked.
struct LogExcerpt {
    var secrets: KnownSecrets

    /// - Parameter isCut: the log ends where a limit of its reading was, so its last line may be the beginning of one.
    func lines(of log: String, isCut: Bool = false) -> [String] {
        var lines = log.split(whereSeparator: \.isNewline)
        // The beginning of a secret is not known for one.
        if isCut { lines = lines.dropLast() }
        return lines.suffix(EnvironmentLimits.logLines).map { line in
            let printable = String(
                String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" }))
            // Masked as a whole and then cut, for the same reason.
            let masked = Self.masked(secrets.masked(printable))
            guard masked.count > EnvironmentLimits.logLineCharacters else { return masked }
            return masked.prefix(EnvironmentLimits.logLineCharacters) + "..."
        }
    }

    /// Masks values by what stands before them, tokens by their look, and the credentials of a URL.
    static func masked(_ line: String) -> String {
        if line.contains("-----BEGIN") { return "(a PEM block)" }
        var line = line
        line.replace(/(?i)(authorization["']?\s*[:=]\s*).+/) { "\($0.output.1)(masked)" }
        line.replace(/(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+\/=-]{8,}/) { "\($0.output.1) (masked)" }
        line.replace(
            /(?i)((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|credential)s?["']?\s*[:=]\s*["']?)[^\s"',;&]+/
        ) {
            "\($0.output.1)(masked)"
        }
        line.replace(/(:\/\/)[^\s\/@]+@/) { "\($0.output.1)(masked)@" }
        line.replace(/\beyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)*/, with: "(masked)")
        return line
    }
}
