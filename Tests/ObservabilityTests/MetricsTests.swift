import Testing

@testable import Observability

@Suite struct MetricsTests {
    @Test func `the text format, by name and label, escaped`() {
        let registry = MetricsRegistry()
        let requests = registry.counter("http_requests_total", "Requests.", labels: ["status", "path"])
        requests.increment(["500", "/b"])
        requests.increment(["200", "/a\"\\\n"], by: 2)
        registry.gauge("age_seconds", "Age,\nwith \\ in it.").set(1.5)
        #expect(
            registry.render() == """
                # HELP age_seconds Age,\\nwith \\\\ in it.
                # TYPE age_seconds gauge
                age_seconds 1.5
                # HELP http_requests_total Requests.
                # TYPE http_requests_total counter
                http_requests_total{status="200",path="/a\\"\\\\\\n"} 2
                http_requests_total{status="500",path="/b"} 1

                """)
        #expect(registry.render() == registry.render())
    }

    @Test func `histograms are cumulative and end in infinity`() {
        let registry = MetricsRegistry()
        let latency = registry.histogram("latency_seconds", "Latency.", labels: ["route"], buckets: [0.1, 0.01, .infinity, 1])
        latency.observe(0.01, ["/"])
        latency.observe(0.05, ["/"])
        latency.observe(5, ["/"])
        latency.observe(Duration.milliseconds(500), ["/"])
        latency.observe(.nan, ["/"])
        #expect(
            registry.render() == """
                # HELP latency_seconds Latency.
                # TYPE latency_seconds histogram
                latency_seconds_bucket{route="/",le="0.01"} 1
                latency_seconds_bucket{route="/",le="0.1"} 2
                latency_seconds_bucket{route="/",le="1"} 3
                latency_seconds_bucket{route="/",le="+Inf"} 4
                latency_seconds_sum{route="/"} 5.56
                latency_seconds_count{route="/"} 4

                """)
    }

    @Test func `numbers as Prometheus reads them`() {
        #expect(Exposition.number(3) == "3")
        #expect(Exposition.number(-0.25) == "-0.25")
        #expect(Exposition.number(.infinity) == "+Inf")
        #expect(Exposition.number(-.infinity) == "-Inf")
        #expect(Exposition.number(.nan) == "NaN")
        #expect(Exposition.number(1e300) == "1e+300")
        #expect(Exposition.number(1_795_317_543.505) == "1795317543.505")
    }

    @Test func `counters do not fall`() {
        let counter = MetricsRegistry().counter("c_total", "C.")
        counter.increment(by: 2)
        counter.increment(by: -1)
        counter.increment(by: .nan)
        counter.increment(by: .infinity)
        #expect(counter.value() == 2)
    }

    @Test func `the series of a metric are bounded`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", "C.", labels: ["user"])
        for index in 0..<10_000 { counter.increment(["u\(index)"]) }
        let lines = registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == ObservabilityLimits.seriesPerMetric + 1)
        #expect(counter.value(["other"]) == Double(10_000 - ObservabilityLimits.seriesPerMetric))
        counter.increment([String(repeating: "x", count: 100_000)])
        #expect(registry.render().utf8.count < 20_000)
    }

    @Test func `a wrong number of labels does no harm`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", "C.", labels: ["a", "b"])
        counter.increment([])
        counter.increment(["1", "2", "3"])
        #expect(counter.value(["", ""]) == 1)
        #expect(counter.value(["1", "2"]) == 1)
    }

    @Test func `one name is one metric, and names are made valid`() {
        let registry = MetricsRegistry()
        registry.counter("c_total", "C.").increment()
        registry.counter("c_total", "C.").increment()
        #expect(registry.counter("c_total", "C.").value() == 2)
        registry.gauge("0bad-näme", "Bad.").set(1)
        #expect(registry.render().contains("\n_0bad_n__me 1\n"))
    }

    @Test func `readings are taken when somebody looks`() {
        let registry = MetricsRegistry()
        registry.gauge("depth", "Depth.") { 7 }
        registry.counter("seen_total", "Seen.") { 9 }
        #expect(registry.render().contains("\ndepth 7\n"))
        #expect(registry.render().contains("\nseen_total 9\n"))
    }

    @Test func `many threads count every increment`() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", "C.", labels: ["k"])
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 { counter.increment(["\(task % 2)"]) }
                    _ = registry.render()
                }
            }
        }
        #expect(counter.value(["0"]) == 4000)
        #expect(counter.value(["1"]) == 4000)
    }

    @Test func `a gauge can lose a series and all of them`() {
        let gauge = MetricsRegistry().gauge("g", "G.", labels: ["k"])
        gauge.set(3, ["a"])
        gauge.add(-1, ["a"])
        gauge.set(1, ["b"])
        #expect(gauge.value(["a"]) == 2)
        gauge.remove(["a"])
        #expect(gauge.value(["a"]) == 0)
        gauge.removeAll()
        #expect(gauge.value(["b"]) == 0)
    }

    @Test func `the process tells about itself`() {
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry, clock: .fixed(milliseconds: 1500))
        let text = registry.render()
        #expect(text.contains("\nprocess_start_time_seconds 1.5\n"))
        #expect(text.contains("# TYPE process_cpu_seconds_total counter"))
        #expect((ProcessMetrics.residentBytes() ?? 0) > 1_000_000)
    }
}
