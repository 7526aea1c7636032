/// A condition that did not come true in time.
package struct NotInTime: Error, CustomStringConvertible {
    package let description: String
}

/// Waits until `condition` is true, looking again after short pauses that grow to 100 ms; throws `NotInTime` at the deadline, with the last error when
/// there was one. This is what tests use in place of a sleep.
package func eventually(
    _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: limit) { try await condition() ? true : nil }
}

/// Waits until `find` answers something, and answers that.
///
/// - Parameter pauses: up to which the pauses between two looks grow. Longer ones are for looks that cost what they wait for.
package func eventually<Found>(
    _ what: String, within limit: Duration = .seconds(10), pauses longest: Duration = .milliseconds(100), _ find: () async throws -> Found?
) async throws -> Found {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var pause = Duration.milliseconds(2)
    while true {
        var lastError: (any Error)?
        do {
            if let found = try await find() { return found }
        } catch let error as CancellationError {
            throw error
        } catch {
            lastError = error
        }
        guard clock.now < deadline else {
            let reason = lastError.map { "; last error: \($0)" } ?? ""
            throw NotInTime(description: "not within \(limit): \(what)\(reason)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, longest)
    }
}
