internal import Manifests

/// Argo, Flagger, Tekton, Kruise Rollouts and Keptn: what rolls out, tests or runs to an end.
extension BuiltInRules {
    static let delivery: [HealthRule] = [
        // Phase is written since Argo Rollouts 1.0; before it, counts and hashes tell.
        HealthRule(
            ["argoproj.io"], ["Rollout"],
            suspended: [.all([.at(".spec.paused", is: true), .at(".status.phase", ["Paused", "Healthy", "Progressing"])])],
            failed: [
                .at(".status.abort", is: true), .at(".status.phase", "Degraded"), .is("InvalidSpec"),
                .is("Progressing", "False", reasons: ["ProgressDeadlineExceeded", "RolloutAborted"]),
            ],
            inProgress: [
                .at(".spec.paused", is: true), .at(".status.controllerPause", is: true), .exists(".status.pauseConditions"),
                .at(".status.phase", ["Progressing", "Paused"]),
                .different(
                    ".metadata.annotations['rollout.argoproj.io/workload-generation']", ".status.workloadObservedGeneration"),
                // A text; before 1.0 it was a hash.
                .all([.at(".status.observedGeneration", .above(.number(0))), .below(".status.observedGeneration", ".metadata.generation")]),
                .all([.missing(".status.phase"), .below(".status.updatedReplicas", ".spec.replicas")]),
                .all([.missing(".status.phase"), .above(".status.replicas", ".status.updatedReplicas")]),
                .all([.missing(".status.phase"), .below(".status.availableReplicas", ".status.updatedReplicas")]),
                .all([.missing(".status.phase"), .different(".status.canary.stableRS", ".status.currentPodHash")]),
                .all([.missing(".status.phase"), .different(".status.stableRS", ".status.currentPodHash")]),
                .all([.missing(".status.phase"), .different(".status.blueGreen.activeSelector", ".status.currentPodHash")]),
            ],
            current: [.at(".status.phase", "Healthy"), .all([.missing(".status.phase"), .exists(".status.observedGeneration")])],
            message: ".status.message"),
        // Inconclusive waits for a person.
        .phase(["argoproj.io"], ["AnalysisRun", "Experiment"], failed: ["Failed", "Error"], current: ["Successful"]),
        .phase(
            ["argoproj.io"], ["Workflow"], failed: ["Failed", "Error"], current: ["Succeeded"],
            suspended: [.at(".spec.suspend", is: true)]),
        HealthRule(
            ["argoproj.io"], ["CronWorkflow"], suspended: [.at(".spec.suspend", is: true)],
            failed: [.is("SubmissionError"), .is("SpecError")], otherwise: .current),
        HealthRule(
            ["argoproj.io"], ["ApplicationSet"], failed: [.is("ErrorOccurred")], inProgress: [.is("RolloutProgressing")],
            current: [.is("ResourcesUpToDate")]),
        HealthRule(
            ["argoproj.io"], ["Application"], failed: [.at(".status.health.status", "Degraded")],
            current: [.at(".status.health.status", "Healthy")], message: ".status.health.message"),
        HealthRule(
            ["argoproj.io"], ["EventBus", "EventSource", "Sensor"], failed: [.is("*", "False")], inProgress: [.is("*", "Unknown")],
            current: [.is("Deployed")]),
        .phase(["argoproj.io"], ["ArgoCD", "RolloutManager"], failed: ["Failed", "Failure"], current: ["Available"]),
        HealthRule(
            ["flagger.app"], ["Canary"], suspended: [.at(".spec.suspend", is: true)], failed: [.at(".status.phase", "Failed")],
            current: [.at(".status.phase", ["Initialized", "Succeeded"])], message: ".status.conditions[type=Promoted].message"),
        HealthRule(
            ["tekton.dev"], ["PipelineRun", "TaskRun", "CustomRun"], failed: [.is("Succeeded", "False")], current: [.is("Succeeded")]),
        HealthRule(
            ["rollouts.kruise.io"], ["Rollout"], suspended: [.at(".spec.disabled", is: true)],
            failed: [.at(".status.phase", ["Disabled", "Disabling", "Terminating"])], current: [.at(".status.phase", "Healthy")],
            message: ".status.message"),
        HealthRule(
            ["lifecycle.keptn.sh"],
            ["KeptnApp", "KeptnAppVersion", "KeptnWorkloadVersion", "KeptnWorkloadInstance", "KeptnTask", "KeptnEvaluation"],
            failed: [.at(".status.status", "Failed"), .at(".status.overallStatus", "Failed")],
            current: [.at(".status.status", "Succeeded"), .at(".status.overallStatus", "Succeeded")]),
        HealthRule(
            ["metrics.keptn.sh"], ["Analysis"],
            inProgress: [.at(".status.state", .differs(["Completed"])), .missing(".status.state")],
            current: [.at(".status.pass", is: true), .at(".status.warning", is: true)], otherwise: .failed),
        HealthRule(
            ["tower.ansible.com"], ["AnsibleJob", "AnsibleWorkflow"],
            failed: [.at(".status.ansibleJobResult.status", ["failed", "error", "canceled"])],
            current: [.at(".status.ansibleJobResult.status", "successful")], message: ".status.message"),
    ]

    /// The toolkit keeps retrying after an error, and says both: Ready False with the error, and Reconciling for the next try.
    static let flux: [HealthRule] = [
        fluxRule(
            ["kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"], ["Kustomization", "HelmRelease"], waiting: ["DependencyNotReady"]),
        fluxRule(
            ["source.toolkit.fluxcd.io"],
            ["GitRepository", "OCIRepository", "HelmChart", "Bucket", "ExternalArtifact", "ArtifactGenerator"]),
        // Of type oci it is only a name for an address, and has no status.
        HealthRule(
            ["source.toolkit.fluxcd.io"], ["HelmRepository"], suspended: [.at(".spec.suspend", is: true)], failed: fluxFailures([]),
            inProgress: [.is("Reconciling")], current: [.is("Ready"), .at(".spec.type", "oci")]),
        fluxRule(["infra.contrib.fluxcd.io"], ["Terraform"], waiting: ["DependencyNotReady", "TerraformPlannedWithChanges"]),
        fluxRule(["image.toolkit.fluxcd.io"], ["ImageRepository", "ImagePolicy", "ImageUpdateAutomation"]),
        fluxRule(["notification.toolkit.fluxcd.io"], ["Receiver"]),
        HealthRule(
            ["notification.toolkit.fluxcd.io"], ["Alert", "Provider"], suspended: [.at(".spec.suspend", is: true)],
            failed: fluxFailures([]), otherwise: .current),
    ]

    private static func fluxFailures(_ waiting: [String]) -> [HealthTest] {
        [.is("Stalled"), .is("Ready", "False", except: ["Progressing"] + waiting)]
    }

    private static func fluxRule(_ groups: [String], _ kinds: [String], waiting: [String] = []) -> HealthRule {
        HealthRule(
            groups, kinds, suspended: [.at(".spec.suspend", is: true)], failed: fluxFailures(waiting),
            inProgress: [.is("Reconciling")], current: [.is("Ready")])
    }
}
