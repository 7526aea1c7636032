package import Delivery
internal import Manifests

/// What Prometheus' HTTP API answers (https://prometheus.io/docs/prometheus/latest/querying/api/), as samples or as words.
package enum PrometheusAnswer {
    /// - Parameter status: of the HTTP answer.
    package static func series(status: Int, body: [UInt8], of name: String) throws(PrometheusError) -> [MetricSeries] {
        let answer: Value
        do throws(ManifestError) {
            answer = try JSON.parse(body)
        } catch {
            // A proxy in between, or another program at that address.
            throw PrometheusError(.unavailable, "\(name) answered \(status) with something that is not Prometheus' JSON\(quoted(body))")
        }
        guard answer["status"]?.string == "success" else { throw failure(answer, status: status, of: name) }
        guard status == 200 else { throw PrometheusError(.unavailable, "\(name) answered \(status)") }
        switch answer["data", "resultType"]?.string {
        case "matrix", "vector": break
        case let type:
            throw PrometheusError(.refused, "\(name) gives a \(type ?? "result without a type") for this query; it must give series")
        }
        let results = answer["data", "result"]?.array ?? []
        guard results.count <= VerificationLimits.series else {
            throw PrometheusError(
                .tooMuch,
                "\(name) gives \(results.count) series for this query; at most \(VerificationLimits.series) are read: aggregate them, as with sum(...)"
            )
        }
        return try results.map { result throws(PrometheusError) in try one(result, of: name) }
    }

    /// What it adds to a good answer: a function on a metric that is no counter, and the like.
    package static func warnings(in body: [UInt8]) -> [String] {
        guard let answer = try? JSON.parse(body) else { return [] }
        return ((answer["warnings"]?.array ?? []) + (answer["infos"]?.array ?? [])).compactMap { $0.string.map(clipped) }
    }

    private static func one(_ result: Value, of name: String) throws(PrometheusError) -> MetricSeries {
        var labels: [String: String] = [:]
        for (label, value) in result["metric"]?.object ?? Object() { labels[label] = value.string ?? "" }
        let pairs = result["values"]?.array ?? result["value"].map { [$0] } ?? []
        guard pairs.count <= PolicyLimits.points + 1 else {
            throw PrometheusError(
                .tooMuch, "\(name) gives \(pairs.count) samples of one series; at most \(PolicyLimits.points + 1) are read")
        }
        var samples: [MetricSeries.Sample] = []
        for pair in pairs {
            guard let parts = pair.array, parts.count == 2, let seconds = parts[0].number, seconds.magnitude < 1e12,
                let text = parts[1].string, let value = Double(text)
            else { throw PrometheusError(.unavailable, "\(name) gave a sample that is none: \(clipped(pair.shortText))") }
            samples.append(.init(at: Timestamp(milliseconds: Int64((seconds * 1000).rounded())), value: value))
        }
        return MetricSeries(labels: labels, samples: samples)
    }

    private static func failure(_ answer: Value, status: Int, of name: String) -> PrometheusError {
        let type = answer["errorType"]?.string ?? ""
        let words = answer["error"]?.string.map(clipped) ?? "it does not say why"
        switch type {
        case "bad_data": return PrometheusError(.refused, "\(name) does not understand the query: \(words)")
        case "execution": return PrometheusError(.refused, "\(name) cannot carry the query out: \(words)")
        case "timeout", "canceled": return PrometheusError(.unavailable, "\(name) gave the query up: \(words)")
        case "": return PrometheusError(.unavailable, "\(name) answered \(status): \(words)")
        default: return PrometheusError(.unavailable, "\(name) answered \(status), \(type): \(words)")
        }
    }

    private static func clipped(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > VerificationLimits.messageCharacters ? line.prefix(VerificationLimits.messageCharacters) + "…" : line
    }

    private static func quoted(_ body: [UInt8]) -> String {
        let text = clipped(String(decoding: body.prefix(160), as: UTF8.self)).filter { !$0.unicodeScalars.contains { $0.value < 0x20 } }
        return text.isEmpty ? "" : ": \(text)"
    }
}
