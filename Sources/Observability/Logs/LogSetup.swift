package import Logging

/// The one place where an executable decides how its events are written.
package enum LogSetup {
    /// Call once, before the first logger is made: swift-log allows a second call in no process.
    package static func bootstrap(
        format: LogFormat, level: Logger.Level = .info, sink: LogSink = .standardError, clock: UnixClock = .system
    ) {
        LoggingSystem.bootstrap { label in
            EventLogHandler(label: label, format: format, level: level, sink: sink, clock: clock)
        }
    }

    /// A logger that does not touch the process-wide setting, for tests and tools.
    package static func logger(
        label: String, format: LogFormat = .text, level: Logger.Level = .info, sink: LogSink = .standardError,
        clock: UnixClock = .system
    ) -> Logger {
        Logger(label: label) { EventLogHandler(label: $0, format: format, level: level, sink: sink, clock: clock) }
    }
}
