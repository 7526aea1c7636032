internal import Manifests

/// `custom.metrics.k8s.io/v1beta1`: what Pods show to Prometheus, one number for each Pod. On other clusters an adapter answers this.
struct CustomMetricsHandler: Sendable {
    let store: ObjectStore

    static let group = "custom.metrics.k8s.io"
    static let version = "v1beta1"

    /// `namespaces/NAMESPACE/pods/NAME or */METRIC`
    func answer(_ request: APIRequest, _ path: ResourcePath) async throws(APIError) -> APIResponse {
        guard request.method == .get || request.method == .head else {
            throw APIError(.methodNotAllowed, "the server does not allow this method on the requested resource")
        }
        guard path.plural == "pods", let namespace = path.namespace, let name = path.name, let metric = path.subresource, path.rest.isEmpty
        else { throw APIError(.notFound, "the server could not find the requested resource") }
        let selector = try request.query["labelSelector"].map { (text) throws(APIError) in try LabelQuery(text) } ?? .everything
        let series = try request.query["metricLabelSelector"].map { (text) throws(APIError) in try LabelQuery(text) } ?? .everything
        let pods = store.list(.pods, namespace: namespace).items.filter { (name == "*" || $0.name == name) && selector.matches($0) }
        let now = store.environment.now().rfc3339
        let items = await PodScraper.texts(of: pods).compactMap { pod, text -> Value? in
            let samples = MetricsText.samples(text, named: metric).filter { Self.matches($0, series) }
            guard !samples.isEmpty else { return nil }
            return [
                "describedObject": [
                    "kind": "Pod", "namespace": .string(namespace), "name": .string(pod.name ?? ""), "apiVersion": "/v1",
                ],
                "metricName": .string(metric), "timestamp": .string(now),
                "value": .string(MetricsText.quantity(samples.reduce(0) { $0 + $1.value })), "selector": .null,
            ]
        }
        guard !items.isEmpty else {
            let subject = name == "*" ? "pods" : "pods \(name)"
            throw APIError(.notFound, "the server could not find the metric \(metric) for \(subject)")
        }
        return .json([
            "kind": "MetricValueList", "apiVersion": .string("\(Self.group)/\(Self.version)"), "metadata": [:], "items": .array(items),
        ])
    }

    /// The names that the Pods of all namespaces show now.
    func resources() async -> APIResponse {
        var names: Set<String> = []
        for (_, text) in await PodScraper.texts(of: store.list(.pods).items) { names.formUnion(MetricsText.samples(text).map(\.name)) }
        let resources = names.sorted().map { name -> Value in
            [
                "name": .string("pods/\(name)"), "singularName": "", "namespaced": true, "kind": "MetricValueList", "verbs": ["get"],
            ]
        }
        return .json([
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string("\(Self.group)/\(Self.version)"),
            "resources": .array(resources),
        ])
    }

    private static func matches(_ sample: MetricsText.Sample, _ query: LabelQuery) -> Bool {
        if query.requirements.isEmpty { return true }
        let labels = Object(sample.labels.map { ($0.key, Value.string($0.value)) })
        return query.matches(["metadata": ["labels": .object(labels)]])
    }
}
