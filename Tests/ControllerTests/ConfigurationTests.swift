import Journal
import Manifests
import Testing

@testable import Controller

@Suite struct ConfigurationTests {
    @Test func relativePathsAreRelativeToTheFile() throws {
        let document: Value = [
            "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
            "repository": ["url": "https://git.example.com/nova.git", "tokenFile": "token", "pollInterval": "10s"],
            "clusters": ["default": ["kubeconfig": "/etc/kubeconfig", "context": "prod"], "other": ["inCluster": true]],
            "render": ["helm": "bin/helm", "remoteBases": ["hosts": ["github.com", "http://git.local:8080"], "caFile": "ca.pem"]],
        ]
        let configuration = try ControllerConfiguration.decode(document, folder: "/etc/slipway")
        #expect(configuration.stateDirectory == "/etc/slipway/state")
        #expect(configuration.socket == "/etc/slipway/state/slipway.sock")
        #expect(configuration.repository.tokenFile == "/etc/slipway/token")
        #expect(configuration.render.helm == "/etc/slipway/bin/helm")
        #expect(configuration.render.remoteHosts == ["github.com", "http://git.local:8080"])
        #expect(configuration.render.remoteCAFile == "/etc/slipway/ca.pem")
        #expect(configuration.repository.pollInterval == .seconds(10))
        #expect(configuration.clusters["default"] == .init(kubeconfig: "/etc/kubeconfig", context: "prod"))
        #expect(configuration.clusters["other"] == .init(kubeconfig: nil, context: nil))
    }

    @Test func retention() throws {
        func policy(_ retention: Value?) throws -> RetentionPolicy {
            var document: Value = [
                "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                "repository": ["url": "/srv/git"],
            ]
            if let retention { document["journal"] = ["retention": retention] }
            return try ControllerConfiguration.decode(document, folder: "/").retention
        }
        #expect(try policy(nil) == RetentionPolicy(releases: 200, age: .seconds(90 * 86_400)))
        #expect(try policy(["releases": 50, "age": "30d"]) == RetentionPolicy(releases: 50, age: .seconds(30 * 86_400)))
        #expect(try policy(["age": "0"]).age == .zero)
        for wrong: Value in [["releases": 0], ["age": "4000d"], ["age": 90], ["ages": "90d"]] {
            #expect(throws: (any Error).self) { try policy(wrong) }
        }
    }

    @Test func leases() throws {
        func cluster(_ document: Value) throws -> ControllerConfiguration.Cluster? {
            try ControllerConfiguration.decode(
                [
                    "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                    "repository": ["url": "/srv/git"], "clusters": ["default": document],
                ], folder: "/"
            ).clusters["default"]
        }
        func effective(_ cluster: ControllerConfiguration.Cluster?, inPod: Bool) -> Leadership.Lease? {
            let environment = inPod ? ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"] : [:]
            return cluster?.effectiveLease(environment: environment, podNamespace: { "ops" })
        }
        let named = try cluster(["kubeconfig": "/k", "lease": ["namespace": "ops", "name": "east", "duration": "30s"]])
        #expect(effective(named, inPod: false)?.namespace == "ops" && effective(named, inPod: false)?.name == "east")
        #expect(effective(named, inPod: false)?.duration == .seconds(30))
        #expect(effective(try cluster(["kubeconfig": "/k"]), inPod: true) == nil, "another cluster than the Pod's")
        #expect(effective(try cluster(["inCluster": true]), inPod: true) == Leadership.Lease(namespace: "ops"))
        #expect(effective(try cluster(["inCluster": true]), inPod: false) == nil)
        #expect(effective(try cluster(["inCluster": true, "lease": ["enabled": false]]), inPod: true) == nil)
        for (lease, word) in [
            (["name": "x"], "namespace"), (["namespace": "ops", "duration": "1s"], "duration"), (["namespace": "ops", "nam": "x"], "nam"),
        ] as [(Value, String)] {
            do throws(StrictReaderErrors) {
                _ = try ControllerConfiguration.decode(
                    [
                        "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                        "repository": ["url": "/srv/git"], "clusters": ["default": ["kubeconfig": "/k", "lease": lease]],
                    ], folder: "/")
                Issue.record("it was accepted: \(lease)")
            } catch {
                #expect(error.description.contains("clusters.default.lease.\(word)"), "\(error.description)")
            }
        }
    }

    @Test func everyErrorIsFoundInOneRun() {
        let document: Value = [
            "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
            "repository": ["url": "x", "brunch": "main", "pollInterval": "soon"],
            "clusters": ["default": ["context": "prod"]],
            "render": ["remoteBases": ["hosts": ["https://github.com/org"], "cafile": "x"]],
            "access": ["tokens": [["name": "ci", "sha256": "short"]], "grants": [["identity": "ci", "roles": ["deployer"]]]],
        ]
        do throws(StrictReaderErrors) {
            _ = try ControllerConfiguration.decode(document, folder: "/")
            Issue.record("it was accepted")
        } catch {
            let text = error.description
            for word in ["https://github.com/org", "caFile", "brunch", "pollInterval", "kubeconfig", "sha256", "identity"] {
                #expect(text.contains(word), "\(word) in \(text)")
            }
        }
    }

    @Test(arguments: [
        ("https://user:secret@git.example.com/a.git", "https://git.example.com/a.git"),
        ("https://git.example.com/a@b.git", "https://git.example.com/a@b.git"), ("/srv/git/a.git", "/srv/git/a.git"),
    ])
    func credentialsAreNotShown(_ url: String, _ shown: String) {
        #expect(Redacted.url(url) == shown)
    }
}
