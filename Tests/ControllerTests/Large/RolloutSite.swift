import LocalCluster
import Manifests
import TestSupport

/// An Environment that rolls out in steps, with what surrounds it.
struct RolloutSite: Sendable {
    var repository: WatchedRepository
    var installation: Installation
    var cluster: SampleCluster
    var strategy: String
    var verification = ""

    func push(_ version: String, image: String, policy: String = "") async throws -> String {
        let sample = RolloutSample(
            version: version, image: image, strategy: strategy, policy: policy, verification: verification)
        let revision = try await repository.push(sample.files)
        try await installation.post("/api/v1/notify")
        return revision
    }

    @discardableResult
    func until(_ what: String, _ condition: (Value) -> Bool) async throws -> Value {
        try await installation.until(what, in: "steps", within: .seconds(120), condition)
    }

    var picture: [String] { cluster.picture(of: RolloutSample.namespace) }
    var selector: Value? {
        cluster.cluster.store.get(.services, namespace: RolloutSample.namespace, name: "web")?["spec", "selector"]
    }
}

extension Value {
    /// Of an Environment's status.
    func isStep(_ number: Int64) -> Bool {
        self["release", "phase"]?.string == "stepping" && self["release", "step"]?.integer == number
    }
}
