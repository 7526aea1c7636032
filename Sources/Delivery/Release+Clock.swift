extension Release {
    /// The same Release after the machine's clock was set: what lasts until a moment lasts as long as before.
    ///
    /// What has happened keeps the times at which it was written.
    package func moved(by step: Duration) -> Release {
        var release = self
        release.phaseSince = phaseSince + step
        release.deadline = deadline.map { $0 + step }
        release.waitUntil = waitUntil.map { $0 + step }
        release.retryAt = retryAt.map { $0 + step }
        release.version += 1
        return release
    }
}
