internal import ArgumentParser
internal import Logging
internal import Observability

/// How a serving command writes its events.
package struct LogOptions: ParsableArguments {
    @Option(name: .customLong("log-format"), help: ArgumentHelp("One event a line, to standard error: text or json.", valueName: "format"))
    var formatName = LogFormat.text.rawValue

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var levelName = Logger.Level.info.rawValue

    package init() {}

    package func validate() throws {
        guard LogFormat(rawValue: formatName) != nil else {
            throw ValidationError("--log-format is \(LogFormat.allCases.map(\.rawValue).joined(separator: " or ")), not \"\(formatName)\"")
        }
        guard Logger.Level(rawValue: levelName) != nil else {
            throw ValidationError(
                "--log-level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(levelName)\"")
        }
    }

    /// Decides for the whole process; called once, by the command that serves.
    func logger(_ label: String) -> Logger {
        LogSetup.bootstrap(format: LogFormat(rawValue: formatName) ?? .text, level: Logger.Level(rawValue: levelName) ?? .info)
        return Logger(label: label)
    }
}
