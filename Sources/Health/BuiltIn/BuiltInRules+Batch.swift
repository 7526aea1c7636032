internal import Manifests

/// Jobs of other schedulers, machine learning, and Gatekeeper's policies.
extension BuiltInRules {
    static let batch: [HealthRule] = [
        HealthRule(
            ["jobset.x-k8s.io"], ["JobSet"], suspended: [.at(".spec.suspend", is: true)], failed: [.is("Failed")],
            current: [.is("Completed")]),
        HealthRule(
            ["leaderworkerset.x-k8s.io"], ["LeaderWorkerSet"], inProgress: [.is("UpdateInProgress"), .is("Progressing")],
            current: [.is("Available")]),
        HealthRule(
            ["batch.volcano.sh"], ["Job"], failed: [.at(".status.state.phase", ["Failed", "Aborted", "Terminated"])],
            current: [.at(".status.state.phase", ["Completed", "Running"])], message: ".status.state.message"),
        HealthRule(
            ["kubeflow.org"], ["PyTorchJob", "TFJob", "MPIJob", "XGBoostJob", "PaddleJob", "JAXJob"],
            suspended: [.at(".spec.runPolicy.suspend", is: true)], failed: [.is("Failed")], current: [.is("Succeeded"), .is("Running")]),
        HealthRule(
            ["ray.io"], ["RayCluster"], suspended: [.all([.at(".spec.suspend", is: true), .at(".status.state", "suspended")])],
            failed: [.at(".status.state", "failed")], current: [.at(".status.state", "ready")], message: ".status.reason"),
        HealthRule(
            ["ray.io"], ["RayService"], inProgress: [.is("UpgradeInProgress")],
            current: [.is("Ready"), .at(".status.serviceStatus", "Running")]),
        HealthRule(
            ["ray.io"], ["RayJob"], suspended: [.at(".spec.suspend", is: true)],
            failed: [.at(".status.jobStatus", ["FAILED", "STOPPED"]), .at(".status.jobDeploymentStatus", "Failed")],
            current: [.at(".status.jobStatus", "SUCCEEDED")], message: ".status.message"),
        .phase(
            ["machinelearning.seldon.io"], ["SeldonDeployment"], at: ".status.state", failed: ["Failed"], current: ["Available"],
            message: ".status.description"),
        HealthRule(["k6.io"], ["TestRun", "K6"], failed: [.at(".status.stage", "error")], current: [.at(".status.stage", "finished")]),
        // Each Pod of Gatekeeper says what it made of it.
        HealthRule(
            ["templates.gatekeeper.sh"], ["ConstraintTemplate"], failed: [.exists(".status.byPod[*].errors")],
            current: [.at(".status.created", is: true)], message: ".status.byPod[*].errors[*].message"),
        HealthRule(
            ["constraints.gatekeeper.sh", "mutations.gatekeeper.sh", "expansion.gatekeeper.sh"], ["*"],
            failed: [.exists(".status.byPod[*].errors")], current: [.exists(".status.byPod")],
            message: ".status.byPod[*].errors[*].message"),
    ]
}
