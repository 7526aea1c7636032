package import Delivery
package import HTTPTransport
package import Kubernetes

/// Asks what a metric Gate plans to ask, and has it judge the answer. A Prometheus that is away is never a failed Gate.
package struct MetricGateRunner: Sendable {
    private let sources: [String: PrometheusSource]
    private let http: HTTPClient
    private let cluster: KubernetesClient?

    package init(sources: [String: PrometheusSource], http: HTTPClient, cluster: KubernetesClient?) {
        self.sources = sources
        self.http = http
        self.cluster = cluster
    }

    package func run(_ gate: MetricGate, of facts: ReleaseFacts, at moment: MetricMoment) async -> GateResult {
        guard let source = sources[gate.source] else {
            let known = sources.keys.sorted().joined(separator: ", ")
            return GateResult(
                .metric, gate.name, .error,
                "asks the source \"\(gate.source)\", which the controller's configuration does not have (metrics: \(known.isEmpty ? "none" : known))"
            )
        }
        let plan = gate.plan(moment)
        let client = PrometheusClient(name: gate.source, source: source, http: http, cluster: cluster)
        let query = gate.query.filled(facts.queryVariables(gate))
        var answer = MetricAnswer()
        do throws(PrometheusError) {
            if let range = plan.threshold { answer.threshold = try await client.series(query, over: range) }
            if let comparison = plan.comparison {
                answer.now = try await client.series(query, over: comparison.now)
                answer.before = try await client.series(query, over: comparison.before)
            }
        } catch {
            switch error.code {
            case .unavailable: return gate.unanswered(error.message, at: moment)
            case .refused, .tooMuch: return GateResult(.metric, gate.name, .error, "cannot be judged: \(error.message)")
            }
        }
        return gate.judge(answer, of: plan, at: moment)
    }
}
