/// How a command ends; documented in `slipway --help` and docs/command-line.md.
package enum CommandExit: Int32, Sendable {
    case done = 0
    case error = 1
    case usage = 2
    case changesFound = 3
    case gateFailed = 4
    case timedOut = 5
    case denied = 6
}

/// A command that did not succeed: what a person reads, and the exit code.
package struct CommandError: Error, Sendable {
    package var exitCode: CommandExit
    package var message: String

    package init(_ exitCode: CommandExit, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }
}
