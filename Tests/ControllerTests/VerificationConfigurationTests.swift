import Delivery
import Manifests
import Testing
import Verification

@testable import Controller

@Suite struct VerificationConfigurationTests {
    private func options(_ parts: Value) throws(StrictReaderErrors) -> VerificationOptions {
        var document: Value = [
            "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state", "repository": ["url": "/srv/git"],
        ]
        for (key, value) in parts.object ?? Object() { document[key] = value }
        return try ControllerConfiguration.decode(document, folder: "/etc/slipway").verification
    }

    @Test func nothingIsAllowedByItself() throws {
        #expect(try options([:]) == VerificationOptions())
        #expect(!VerificationOptions().allowsHooks)
    }

    @Test func everythingIsRead() throws {
        let options = try options([
            "metrics": [
                "default": ["url": "https://prometheus.example.com/base/", "tokenFile": "token", "caFile": "ca.pem"],
                "basic": ["url": "http://127.0.0.1:9090", "username": "u", "passwordFile": "/p"],
                "inside": ["service": ["namespace": "monitoring", "name": "prometheus", "port": 9090, "path": "/prom"]],
            ], "smokeTests": ["hosts": ["shop.example.com"], "caFile": "ca.pem"], "hooks": ["allow": true],
        ])
        #expect(options.sources["default"]?.address == .url("https://prometheus.example.com/base"))
        #expect(
            options.sources["default"]?.tokenFile == "/etc/slipway/token" && options.sources["default"]?.caFile == "/etc/slipway/ca.pem")
        #expect(options.sources["basic"]?.username == "u" && options.sources["basic"]?.passwordFile == "/p")
        #expect(
            options.sources["inside"]?.address == .service(namespace: "monitoring", name: "prometheus", port: "9090", path: "/prom"))
        #expect(options.smokeTestHosts == ["shop.example.com"] && options.smokeTestCAFile == "/etc/slipway/ca.pem" && options.allowsHooks)
    }

    static let mistakes: [(Value, String)] = [
        (["metrics": ["a": [:]]], "metrics.a: needs either url"),
        (["metrics": ["a": ["url": "https://x", "service": ["namespace": "n", "name": "s", "port": 1]]]], "metrics.a: needs either url"),
        (["metrics": ["a": ["url": "ftp://x"]]], "metrics.a.url: must be an http or https URL"),
        (["metrics": ["a": ["url": "https://u:p@x"]]], "metrics.a.url: must be an http or https URL"),
        (["metrics": ["a": ["url": "http://prometheus:9090", "tokenFile": "t"]]], "must begin with https:// when there is a token"),
        (["metrics": ["a": ["url": "https://x", "username": "u"]]], "metrics.a.username: and passwordFile belong together"),
        (["metrics": ["a": ["url": "https://x", "tokenfile": "u"]]], "did you mean \"tokenFile\"?"),
        (["metrics": ["a": ["service": ["namespace": "n", "name": "s"]]]], "metrics.a.service.port: is missing"),
        (["metrics": ["a": ["service": ["namespace": "n", "name": "s", "port": 1], "caFile": "c"]]], "belong to a url"),
        (["smokeTests": ["hosts": ["https://x"]]], "\"https://x\" is no host"), (["hooks": ["alow": true]], "did you mean \"allow\"?"),
    ]

    @Test(arguments: mistakes)
    func whatIsWrongIsSaid(_ parts: Value, _ words: String) {
        let error = #expect(throws: StrictReaderErrors.self) { try options(parts) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func whatCouldNeverBeVerifiedIsSaidBefore() {
        var tools = VerificationTools()
        var verification = EnvironmentPolicy.Verification()
        var gate = MetricGate(name: "errors", query: MetricQuery("up"))
        gate.source = "defualt"
        verification.metrics = [gate]
        tools.options.sources = ["default": PrometheusSource(address: .url("http://127.0.0.1:1"))]
        #expect(tools.obstacle(to: verification, steps: [])?.contains("did you mean \"default\"?") == true)
        verification.metrics[0].source = "default"
        #expect(tools.obstacle(to: verification, steps: []) == nil)
        verification.hooks = [.init(path: "hooks/a.sh")]
        #expect(tools.obstacle(to: verification, steps: [])?.contains("hooks: {allow: true}") == true)
        tools.options.allowsHooks = true
        let step = SmokeStep(name: "outside", request: .init(origin: "https://shop.example.com", path: "/"))
        #expect(tools.obstacle(to: verification, steps: [step])?.contains("asks https://shop.example.com") == true)
        tools.options.smokeTestHosts = ["shop.example.com"]
        #expect(tools.obstacle(to: verification, steps: [step]) == nil)
    }
}
