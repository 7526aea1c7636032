internal import Foundation

/// Where a command writes. Answers go to standard output, progress and errors to standard error; colour only to a terminal.
enum Terminal {
    enum Stream {
        case output
        case error
    }

    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case grey = "90"
        case bold = "1"
    }

    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    static func line(to stream: Stream = .output, _ text: String) {
        let handle = stream == .output ? FileHandle.standardOutput : FileHandle.standardError
        do {
            try handle.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            // The reader of a pipe has gone: nobody is left to tell.
            Foundation.exit(CommandExit.error.rawValue)
        }
    }

    static func error(_ message: String) { line(to: .error, "error: \(message)") }
    static func progress(_ message: String) { line(to: .error, message) }

    static func paint(_ text: String, _ colour: Colour) -> String {
        outputIsTerminal ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Clears the screen and goes to its start; for `--watch` on a terminal.
    static func home() {
        if outputIsTerminal { FileHandle.standardOutput.write(Data("\u{1B}[H\u{1B}[2J".utf8)) }
    }

    /// Text of others (commit subjects, log lines) without what could steer the terminal.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? Unicode.Scalar(0x20) : $0 }))
    }
}
