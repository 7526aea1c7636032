extension Timestamp {
    package static func - (left: Timestamp, right: Timestamp) -> Duration { .microseconds(left.microseconds - right.microseconds) }

    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (seconds, attoseconds) = right.components
        return Timestamp(microseconds: left.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// `2026-03-01T12:00:00.123456000Z`: how a line of a container's log begins.
    package var rfc3339Nano: String { "\(rfc3339Micro.dropLast())000Z" }
}
