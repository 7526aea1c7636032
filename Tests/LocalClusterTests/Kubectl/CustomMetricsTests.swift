import Manifests
import Testing

@testable import LocalCluster

/// What Pods show to Prometheus, as the custom metrics API gives it.
struct CustomMetricsTests {
    @Test func theTextFormat() {
        let text = """
            # HELP requests_total Requests.
            # TYPE requests_total counter
            requests_total{code="200",path="a \\"b\\"\\n"} 4 1700000000
            requests_total{code="500"} 1e1
              pool_available 17
            broken{code="} 3
            broken 3x
            nothing NaN

            """
        let all = MetricsText.samples(text)
        #expect(all.map(\.name) == ["requests_total", "requests_total", "pool_available"])
        #expect(all.map(\.value) == [4, 10, 17])
        #expect(all[0].labels == ["code": "200", "path": "a \"b\"\n"])
        #expect(MetricsText.samples(text, named: "pool_available").count == 1)
        #expect(MetricsText.samples(text, named: "pool").isEmpty)
    }

    @Test func amounts() {
        #expect(MetricsText.quantity(17) == "17")
        #expect(MetricsText.quantity(0.25) == "250m")
        #expect(MetricsText.quantity(-1.5) == "-1500m")
        #expect(MetricsText.quantity(1e30) == "9223372036854775807")
    }

    @Test func whereAPodShowsThem() {
        #expect(
            PodScraper.url(of: [
                "metadata": ["annotations": ["prometheus.io/scrape": "true", "prometheus.io/path": "stats"]],
                "spec": ["containers": [["ports": [["containerPort": 8080]]]]], "status": ["phase": "Running", "podIP": "127.20.1.1"],
            ]) == "http://127.20.1.1:8080/stats")
        #expect(
            PodScraper.url(of: [
                "metadata": ["annotations": ["prometheus.io/port": "80"]], "status": ["phase": "Running", "podIP": "127.20.1.1"],
            ]) == nil)
    }
}
