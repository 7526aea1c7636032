import LocalCluster
import Manifests
import Synchronization
import TestSupport
import Testing
import WebhookSupport

extension LargeTests {
    /// Admission webhooks that refuse one object of many, at the dry run or only at the write, and one that cannot be asked.
    @Suite struct WebhookTests {
        private static let names = (1...8).map { "settings-\($0)" }
        private static let first = SampleEnvironment(settings: Dictionary(uniqueKeysWithValues: names.map { ($0, "one") }))
        /// All of them changed, and two that are new.
        private static let second = SampleEnvironment(
            settings: Dictionary(uniqueKeysWithValues: (names + ["added-a", "added-b"]).map { ($0, "two") }))

        @Test func `what is refused at the dry run stops the release before anything is written`() async throws {
            try await between { request in
                Self.isRefused(request) ? Self.no : ["allowed": true]
            } _: { stage in
                let before = stage.cluster.picture(of: Self.first.namespace)
                let revision = try await stage.push(Self.second)
                let status = try await stage.installation.until("it has failed", in: Self.first.name) {
                    $0["release", "phase"]?.string == "failed" && $0["release", "revision", "id"]?.string == revision
                }
                let message = status["release", "failure", "message"]?.string ?? ""
                for words in ["ConfigMap \(Self.first.namespace)/settings-5", "maps.check.example.com", "text \"two\" is not allowed"] {
                    #expect(message.contains(words), "\(message)")
                }
                #expect(stage.cluster.picture(of: Self.first.namespace) == before)
                #expect(stage.hook.asked.allSatisfy { $0["dryRun"] == true }, "no write was tried")
                #expect(status["hold"] == nil)
            }
        }

        @Test func `what is refused only at the write takes back all that was written`() async throws {
            try await between { request in
                Self.isRefused(request) && request["dryRun"] == false ? Self.no : ["allowed": true]
            } _: { stage in
                let before = stage.cluster.picture(of: Self.first.namespace)
                let revision = try await stage.push(Self.second)
                let status = try await stage.installation.until("it is taken back", in: Self.first.name, within: .seconds(60)) {
                    $0.isRolledBack(revision)
                }
                let message = status["release", "failure", "message"]?.string ?? ""
                for words in ["ConfigMap \(Self.first.namespace)/settings-5", "maps.check.example.com", "text \"two\" is not allowed"] {
                    #expect(message.contains(words), "\(message)")
                }
                #expect(stage.wrote("two").count > 1, "others were written before")
                #expect(stage.cluster.picture(of: Self.first.namespace) == before, "objects and inventory are as before")
                #expect(status["hold"]?["reason"]?.string?.contains("settings-5") == true)
            }
        }

        /// One that cannot be asked says nothing about the object: the dry run, and then the write in the middle, wait for it.
        @Test(arguments: [true, false]) func `a webhook that cannot be asked is waited for`(atTheDryRun: Bool) async throws {
            let broken = Broken()
            try await between { request in
                broken.state.withLock { $0 } && Self.isRefused(request) && request["dryRun"] == .bool(atTheDryRun) ? nil : ["allowed": true]
            } _: { stage in
                let revision = try await stage.push(Self.second)
                let status = try await stage.installation.until("it waits", in: Self.first.name) {
                    $0["release", "lastError"]?.string?.contains("failed calling webhook") == true
                }
                #expect(status["release", "phase"]?.string == (atTheDryRun ? "preflight" : "applying"))
                #expect(status["release", "lastError"]?.string?.contains("settings-5") == true, "\(status)")
                broken.state.withLock { $0 = false }
                try await stage.installation.until("it is verified", in: Self.first.name, within: .seconds(60)) { $0.isVerified(revision) }
                let inventory = stage.cluster.picture(of: Self.first.namespace).first { $0.hasPrefix("Inventory") } ?? ""
                for name in Self.names + ["added-a", "added-b"] { #expect(inventory.contains("/\(name)"), "\(inventory)") }
            }
        }

        private final class Broken: Sendable {
            let state = Mutex(true)
        }

        // MARK: Stage

        private static let no: Value = ["allowed": false, "status": ["message": "text \"two\" is not allowed"]]

        private static func isRefused(_ request: Value) -> Bool {
            request["name"] == "settings-5" && request["object", "data", "text"] == "two"
        }

        private struct Stage {
            let hook: WebhookServer
            let cluster: SampleCluster
            let installation: Installation
            let repository: WatchedRepository

            func push(_ sample: SampleEnvironment) async throws -> String {
                let revision = try await repository.push(sample.files.mapValues { $0 })
                try await installation.post("/api/v1/notify")
                return revision
            }

            /// The names of the ConfigMaps for whose write with this text the webhook was asked.
            func wrote(_ text: String) -> Set<String> {
                Set(
                    hook.asked.filter { $0["dryRun"] == false && $0["object", "data", "text"]?.string == text }
                        .compactMap { $0["name"]?.string })
            }
        }

        /// The first version is verified, then the webhook is there.
        private func between(_ answer: @escaping @Sendable (Value) -> Value?, _ body: (Stage) async throws -> Void) async throws {
            try await WebhookServer.run(answer) { hook in
                try await withTemporaryFolder("slipway-webhook") { folder in
                    let repository = try await WatchedRepository(in: folder.path)
                    let revision = try await repository.push(Self.first.files.mapValues { $0 })
                    try await withCluster(in: folder.file("cluster")) { cluster in
                        let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                        let controller = try await installation.start()
                        try await installation.until("the first is verified", in: Self.first.name) { $0.isVerified(revision) }
                        try folder.write(hook.configuration(), to: "webhook.yaml")
                        try await cluster.kubectl("apply", "-f", folder.file("webhook.yaml"))
                        try await body(Stage(hook: hook, cluster: cluster, installation: installation, repository: repository))
                        try await controller.crash()
                    }
                }
            }
        }
    }
}
