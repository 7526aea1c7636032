internal import Journal
internal import Logging

/// Looks after the Journal while the controller runs: signs how far the record has come, and drops what need not be kept.
struct JournalKeeper: Sendable {
    let journal: Journal
    let retention: RetentionPolicy
    let clock: ControllerClock
    let logger: Logger

    /// Until it is cancelled. What fails is said and tried again at the next turn: nothing else depends on it.
    func run() async {
        do {
            // A start has other things to do first.
            try await Task.sleep(for: Limits.journalKeepingFirst)
            while true {
                await turn()
                try await Task.sleep(for: Limits.journalKeeping * (0.9 + clock.random() / 5))
            }
        } catch {
            // Only a cancellation ends a sleep.
            return
        }
    }

    func turn() async {
        do throws(JournalError) {
            _ = try await journal.signCheckpoint(at: clock.now())
            let report = try await journal.retain(retention, at: clock.now())
            guard !report.isEmpty else { return }
            logger.info(
                "the journal has dropped what it need not keep",
                metadata: [
                    "releases": "\(report.releases)", "renderings": "\(report.renderings)", "bundles": "\(report.bundles)",
                    "objects": "\(report.objects)", "pages": "\(report.freedPages)",
                ])
        } catch {
            logger.error("the journal could not be looked after; it is tried again", metadata: ["error": "\(error.message)"])
        }
    }
}
