internal import Delivery
internal import Manifests

/// The steps of a rollout, beside the old version.
extension ClusterWorker {
    func step(_ index: Int, of bundle: String, release: Release, policy: EnvironmentPolicy) async throws -> WorkOutcome {
        .happened(.failed(Failure(origin: .apply, message: "rollout.strategy is not supported yet")))
    }

    func watchStep(
        _ index: Int, of bundle: String, until: Delivery.Timestamp, release: Release, policy: EnvironmentPolicy
    ) async throws -> WorkOutcome {
        .happened(.failed(Failure(origin: .apply, message: "rollout.strategy is not supported yet")))
    }
}
