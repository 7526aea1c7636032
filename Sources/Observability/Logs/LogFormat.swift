/// How an event is written: for people, or for a log collector.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-31T08:30:00.125Z info Server is ready port=8080 logger=ranking`
    case text
    /// `{"time":"2026-01-31T08:30:00.125Z","level":"info","logger":"ranking","message":"Server is ready","port":"8080"}`
    case json
}
