package import Delivery

/// What verification may know and tell of the Release that it tests.
package struct ReleaseFacts: Sendable, Hashable {
    package var environment: String
    package var namespace: String
    package var release: Int64
    package var revision: String
    package var previousRevision: String?
    package var bundle: String
    /// When the new version began to run alone, or the present phase began: what is older is not its doing.
    package var since: Timestamp
    /// When its first object was applied; until then the version before ran undisturbed. `nil` when there was none.
    package var baselineEnd: Timestamp?

    package init(environment: String, namespace: String, release: Int64, revision: String, bundle: String, since: Timestamp) {
        self.environment = environment
        self.namespace = namespace
        self.release = release
        self.revision = revision
        self.bundle = bundle
        self.since = since
    }

    func moment(_ now: Timestamp, isWatch: Bool) -> MetricMoment {
        MetricMoment(now: now, since: since, baselineEnd: baselineEnd, isWatch: isWatch)
    }

    /// For a hook and the containers of a Job.
    var variables: [(name: String, value: String)] {
        [
            ("SLIPWAY_ENVIRONMENT", environment), ("SLIPWAY_NAMESPACE", namespace), ("SLIPWAY_RELEASE", String(release)),
            ("SLIPWAY_REVISION", revision), ("SLIPWAY_PREVIOUS_REVISION", previousRevision ?? ""), ("SLIPWAY_BUNDLE", bundle),
        ]
    }

    func queryVariables(_ gate: MetricGate) -> [MetricQuery.Variable: String] {
        [
            .environment: environment, .namespace: namespace, .release: String(release), .revision: revision, .bundle: bundle,
            .window: Self.prometheusDuration(gate.window),
        ]
    }

    /// `1h30m`, `90s`, `1500ms`: PromQL takes whole milliseconds.
    static func prometheusDuration(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
