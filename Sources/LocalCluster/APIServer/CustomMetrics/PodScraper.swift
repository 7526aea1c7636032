internal import HTTPTransport
internal import Manifests

/// Asks Pods for their metrics, where their annotations `prometheus.io/scrape`, `port`, `path` and `scheme` say.
struct PodScraper: Sendable {
    private static let client = HTTPClient(userAgent: "slipway-local-cluster", proxy: .none)

    /// Where a Pod shows its metrics; nil when it does not, or is not there yet.
    static func url(of pod: Value) -> String? {
        guard pod.annotation("prometheus.io/scrape") == "true", pod.podPhase == "Running", !pod.isBeingDeleted, let address = pod.podIP
        else { return nil }
        let declared = pod.containers.flatMap { $0["ports"]?.array ?? [] }.first?["containerPort"]?.integer.map(String.init)
        guard let text = pod.annotation("prometheus.io/port") ?? declared, let port = UInt16(text) else { return nil }
        let path = pod.annotation("prometheus.io/path") ?? "/metrics"
        let scheme = pod.annotation("prometheus.io/scheme") == "https" ? "https" : "http"
        return "\(scheme)://\(address):\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }

    /// The texts of those that answer in time, by the Pod's place in the list; the others are as if they had no metrics.
    static func texts(of pods: [Value]) async -> [(pod: Value, text: String)] {
        let targets = pods.compactMap { pod in url(of: pod).map { (pod, $0) } }.prefix(APIServerLimits.scrapedPods)
        return await withTaskGroup(of: (Int, String?).self) { group in
            var waiting = targets.enumerated().makeIterator()
            var texts: [Int: String] = [:]
            func startNext() {
                guard let (index, target) = waiting.next() else { return }
                group.addTask { (index, await text(from: target.1)) }
            }
            for _ in 0..<APIServerLimits.scrapesAtOnce { startNext() }
            while let (index, text) = await group.next() {
                texts[index] = text
                startNext()
            }
            return targets.enumerated().compactMap { index, target in texts[index].map { (target.0, $0) } }
        }
    }

    private static func text(from url: String) async -> String? {
        let request = HTTPRequest(
            method: "GET", url: url, headers: ["Accept": "text/plain;version=0.0.4"],
            timeouts: HTTPTimeouts(
                connect: APIServerLimits.scrapeTimeout, total: APIServerLimits.scrapeTimeout, stall: APIServerLimits.scrapeTimeout),
            maximumResponseBytes: APIServerLimits.scrapedBytes)
        // Prometheus itself shows nothing more of a target that does not answer than that it is down.
        guard let answer = try? await client.send(request), answer.status == 200 else { return nil }
        return String(decoding: answer.body, as: UTF8.self)
    }
}
