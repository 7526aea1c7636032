internal import Delivery
package import Observability

/// What Prometheus is told. Names and labels are listed in docs/metrics.md.
package final class ControllerMetrics: Sendable {
    private let releases: Counter
    private let releaseSeconds: Histogram
    private let phaseSeconds: Histogram
    private let applyCalls: Counter
    private let clusterRequests: Counter
    private let syncs: Counter
    private let renderings: Counter
    private let lastSync: Gauge
    private let held: Gauge
    private let waiting: Gauge
    private let registry: MetricsRegistry

    package init(registry: MetricsRegistry) {
        self.registry = registry
        releases = registry.counter(
            "slipway_releases_total", "Releases that ended, by environment and outcome.", labels: ["environment", "outcome"],
            series: Limits.environments * 4)
        phaseSeconds = registry.histogram(
            "slipway_phase_seconds", "Time that Releases spent in a phase, counted when they leave it.", labels: ["environment", "phase"],
            buckets: Histogram.durationBuckets)
        releaseSeconds = registry.histogram(
            "slipway_release_seconds", "Time from the request of a Release to its end.", labels: ["environment", "outcome"],
            buckets: Histogram.durationBuckets)
        applyCalls = registry.counter(
            "slipway_applied_objects_total", "Objects applied to a cluster.", labels: ["environment"], series: Limits.environments)
        clusterRequests = registry.counter(
            "slipway_cluster_requests_total", "Requests to a cluster's API server, by method; WATCH is one that stays open.",
            labels: ["cluster", "method"])
        syncs = registry.counter("slipway_repository_syncs_total", "Looks at the remote, by outcome.", labels: ["outcome"])
        renderings = registry.counter(
            "slipway_renderings_total", "Environments of new Revisions, by whether they had to be rendered.",
            labels: ["environment", "outcome"], series: Limits.environments * 4)
        lastSync = registry.gauge("slipway_repository_last_sync_timestamp_seconds", "When the remote last answered, in Unix time.")
        held = registry.gauge(
            "slipway_environment_held", "1 while an Environment is held.", labels: ["environment"], series: Limits.environments)
        waiting = registry.gauge(
            "slipway_releases_waiting", "Releases that are queued, or wait for people, the calendar or their group.",
            labels: ["environment"], series: Limits.environments)
    }

    /// - Parameter watches: how many there are now.
    func count(watches: @escaping @Sendable () -> Int) {
        registry.gauge("slipway_cluster_watches", "Watches of all clusters that are open, or are being opened.") { Double(watches()) }
    }

    func requested(_ cluster: String, method: String) { clusterRequests.increment([cluster, method]) }

    /// Counts what a stored change means.
    func stored(_ change: StateChange) {
        for release in change.releases {
            let hasMoved = change.audit.contains { $0.release == release.id && $0.action == "release.\(release.phase.rawValue)" }
            if hasMoved || release.phase.isActive { waits(release) }
            if hasMoved { moved(release) }
        }
        for state in change.environments { hold(state) }
    }

    private func moved(_ release: Release) {
        guard !release.phase.isActive, let finishedAt = release.finishedAt else { return }
        let labels = [release.environment, release.phase.rawValue]
        releases.increment(labels)
        releaseSeconds.observe(finishedAt - release.createdAt, labels)
    }

    func left(_ phase: ReleasePhase, of environment: String, after duration: Duration) {
        phaseSeconds.observe(duration, [environment, phase.rawValue])
    }

    func applied(_ count: Int, environment: String) { applyCalls.increment([environment], by: Double(count)) }

    func rendered(_ environment: String, outcome: String) { renderings.increment([environment, outcome]) }

    func synced(outcome: String, at now: Timestamp) {
        syncs.increment([outcome])
        if outcome == "ok" { lastSync.set(Double(now.milliseconds) / 1000) }
    }

    func waits(_ release: Release) { waiting.set(release.phase == .queued || release.blocker != nil ? 1 : 0, [release.environment]) }

    func hold(_ state: EnvironmentState) { held.set(state.hold == nil ? 0 : 1, [state.name]) }
}
