internal import Manifests

/// What runs Pods in other ways, and what scales or guards them.
extension BuiltInRules {
    static let workloads: [HealthRule] = [
        HealthRule(
            ["keda.sh"], ["ScaledObject", "ScaledJob"],
            suspended: [.all([.is("Paused"), .is("Ready", "True", "Unknown", "Absent")])],
            failed: [.is("Ready", "False"), .is("Fallback"), .is("Ready", "Unknown", reasons: ["PartialTriggerError"])],
            current: [.is("Ready")]),
        HealthRule(
            ["kyverno.io"], ["Policy", "ClusterPolicy"],
            inProgress: [.is("Ready", "False", "Unknown")],
            current: [.is("Ready"), .at(".status.ready", is: true)]),
        HealthRule(
            ["apps.kruise.io"], ["CloneSet", "StatefulSet"],
            suspended: [.at(".spec.updateStrategy.paused", is: true), .at(".spec.updateStrategy.rollingUpdate.paused", is: true)],
            inProgress: [
                .below(".status.updatedReadyReplicas", ".status.expectedUpdatedReplicas"),
                kruiseRest(".spec.updateStrategy.partition", ".spec.updateStrategy.rollingUpdate.partition", "updatedReadyReplicas"),
                kruiseRest(".spec.updateStrategy.partition", ".spec.updateStrategy.rollingUpdate.partition", "updatedAvailableReplicas"),
                .below(".status.replicas", ".spec.replicas"),
            ],
            current: [.exists(".status.observedGeneration")]),
        HealthRule(
            ["apps.kruise.io"], ["DaemonSet"], suspended: [.at(".spec.updateStrategy.rollingUpdate.paused", is: true)],
            inProgress: [
                .all([
                    .at(".spec.updateStrategy.rollingUpdate.partition", .below(.number(1))),
                    .below(".status.updatedNumberScheduled", ".status.desiredNumberScheduled"),
                ]),
                .below(".status.numberAvailable", ".status.desiredNumberScheduled"),
            ],
            current: [.exists(".status.observedGeneration")]),
        HealthRule(
            ["apps.kruise.io"], ["BroadcastJob"], suspended: [.at(".spec.paused", is: true)],
            failed: [.at(".status.phase", "failed"), .is("Failed")], current: [.at(".status.phase", "completed")]),
        // Like a CronJob: that it has not run yet is no fault of the release.
        HealthRule(
            ["apps.kruise.io"], ["AdvancedCronJob"], suspended: [.at(".spec.paused", is: true)],
            inProgress: [.all([.exists(".status.active"), .missing(".status.lastScheduleTime")])], otherwise: .current),
        HealthRule(
            ["game.kruise.io"], ["GameServer"], failed: [.at(".status.currentState", "Crash")],
            inProgress: [.different(".status.currentState", ".status.desiredState")], current: [.at(".status.currentState", "Ready")]),
        HealthRule(
            ["game.kruise.io"], ["GameServerSet"],
            inProgress: [
                .at(".spec.updateStrategy.rollingUpdate.partition", .above(.number(0))), .below(".status.readyReplicas", ".spec.replicas"),
                .below(".status.updatedReplicas", ".spec.replicas"), .below(".status.availableReplicas", ".spec.replicas"),
            ],
            current: [.exists(".status.observedGeneration"), .exists(".status.replicas")]),
        HealthRule(
            ["camel.apache.org"], ["*"], failed: [.at(".status.phase", ["Error", "Failed"])],
            inProgress: [.is("Ready", "False", "Unknown")],
            current: [.at(".status.phase", ["Running", "Ready", "Succeeded"])]),
        HealthRule(
            ["flink.apache.org"], ["FlinkDeployment", "FlinkSessionJob"],
            suspended: [
                .all([.at(".spec.job.state", "suspended"), .at(".status.lifecycleState", "SUSPENDED")]),
                .all([.at(".spec.job.state", "suspended"), .at(".status.jobStatus.state", ["SUSPENDED", "FINISHED"])]),
            ],
            failed: [
                .at(".status.jobManagerDeploymentStatus", "ERROR"), .at(".status.reconciliationStatus.success", is: false),
                .at(".status.jobStatus.state", ["FAILED", "FAILING"]), .at(".status.lifecycleState", "FAILED"),
            ],
            inProgress: [
                .at(".status.reconciliationStatus.state", ["UPGRADING", "ROLLING_BACK"]),
                .at(".status.lifecycleState", ["UPGRADING", "ROLLING_BACK"]),
                .at(".status.jobManagerDeploymentStatus", .differs(["READY"])),
            ],
            current: [.at(".status.jobStatus.state", ["RUNNING", "FINISHED", "running"])], message: ".status.error",
            ".status.reconciliationStatus.error"),
        .phase(
            ["sparkoperator.k8s.io"], ["SparkApplication"], at: ".status.applicationState.state",
            failed: ["FAILED", "SUBMISSION_FAILED", "UNKNOWN"], current: ["RUNNING", "COMPLETED"],
            message: ".status.applicationState.errorMessage"),
        HealthRule(
            ["sparkoperator.k8s.io"], ["ScheduledSparkApplication"], suspended: [.at(".spec.suspend", is: true)],
            failed: [.at(".status.scheduleState", "FailedValidation")], current: [.at(".status.scheduleState", "Scheduled")],
            message: ".status.reason"),
        HealthRule(
            ["openfaas.com"], ["Function"], failed: [.is("Ready", "False", except: ["Progressing", "Reconciling"]), .is("Stalled")],
            inProgress: [.is("Healthy", "False", "Unknown")], current: [.is("Ready")]),
        HealthRule(
            ["core.spinkube.dev"], ["SpinApp"], failed: [.is("Progressing", "False", reasons: ["ProgressDeadlineExceeded"])],
            current: [.is("Available")]),
        HealthRule(
            ["kubevirt.io"], ["VirtualMachine"],
            suspended: [
                .all([.at(".spec.running", is: false), .at(".status.printableStatus", "Stopped")]),
                .all([.at(".spec.runStrategy", ["Halted", "Manual"]), .at(".status.printableStatus", "Stopped")]),
            ],
            failed: [
                .is("Failure"),
                .at(
                    ".status.printableStatus",
                    [
                        "CrashLoopBackOff", "ErrorUnschedulable", "ErrImagePull", "ImagePullBackOff", "ErrorPvcNotFound", "DataVolumeError",
                    ]),
            ],
            inProgress: [.is("Paused")], current: [.all([.at(".status.printableStatus", "Running"), .is("Ready")])]),
        HealthRule(
            ["kubevirt.io"], ["VirtualMachineInstance"], failed: [.at(".status.phase", "Failed")], inProgress: [.is("Paused")],
            current: [.all([.at(".status.phase", "Running"), .is("Ready")]), .at(".status.phase", "Succeeded")]),
        HealthRule(
            ["cdi.kubevirt.io"], ["DataVolume"],
            failed: [.at(".status.phase", ["Failed", "Unknown"]), .is("Running", "False", reasons: ["Error", "ImagePullFailed"])],
            current: [.at(".status.phase", "Succeeded")], message: ".status.conditions[type=Running].message"),
    ]

    /// Without a partition all of them are to be new.
    private static func kruiseRest(_ partition: String, _ other: String, _ count: String) -> HealthTest {
        .all([
            .at(partition, .below(.number(1))), .at(other, .below(.number(1))), .below(".status.\(count)", ".status.replicas"),
        ])
    }
}
