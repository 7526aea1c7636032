/// The last lines of a container's log as they may stand in a message: few, short, without control characters, and with what looks
/// like a credential masked.
struct LogExcerpt {
    var secrets: KnownSecrets

    func lines(of log: String) -> [String] {
        log.split(whereSeparator: \.isNewline).suffix(EnvironmentLimits.logLines).map { line in
            let printable = String(
                String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" }))
            let short =
                printable.count > EnvironmentLimits.logLineCharacters
                ? printable.prefix(EnvironmentLimits.logLineCharacters) + "..." : printable[...]
            return Self.masked(secrets.masked(String(short)))
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
