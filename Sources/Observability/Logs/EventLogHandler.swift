package import Logging

/// A swift-log handler that writes one event a line, redacted.
package struct EventLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let clock: UnixClock

    package init(
        label: String, format: LogFormat, level: Logger.Level = .info, sink: LogSink = .standardError, clock: UnixClock = .system
    ) {
        self.label = label
        self.format = format
        self.logLevel = level
        self.sink = sink
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let explicit = event.metadata { fields.merge(explicit) { $1 } }
        if let error = event.error { fields["error"] = .string("\(error)") }
        var line = LogLine.make(
            format: format, unixMilliseconds: clock.nowMilliseconds(), level: event.level, label: label,
            message: event.message.description, metadata: fields)
        line.append(0x0A)
        sink.write(line)
    }
}
