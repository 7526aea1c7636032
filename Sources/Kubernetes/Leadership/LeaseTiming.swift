/// How leadership is timed. The values are those of Kubernetes' own controllers (client-go, `leaderelection`).
package struct LeaseTiming: Sendable, Hashable {
    /// Others take the lease over when they have not seen it change for so long.
    package var duration: Duration = .seconds(15)
    /// A leader that could not renew for so long begins no write any more.
    package var renewDeadline: Duration = .seconds(10)
    /// Between two looks or renewals, before jitter.
    package var retryPeriod: Duration = .seconds(2)
    /// Writes under way end this long before others may take over: two clocks may run at slightly different speeds.
    package var margin: Duration = .seconds(1)
    /// Time for one call about the lease; several fit into the renew deadline.
    package var callDeadline: Duration = .seconds(4)

    package init() {}

    /// The same proportions for another duration.
    package init(duration: Duration) {
        self.duration = duration
        renewDeadline = duration * 2 / 3
        retryPeriod = duration / 7.5
        margin = duration / 15
        callDeadline = duration * 4 / 15
    }

    /// What the Lease says, in whole seconds and at least one.
    var durationSeconds: Int64 { max(1, duration.components.seconds) }
}
