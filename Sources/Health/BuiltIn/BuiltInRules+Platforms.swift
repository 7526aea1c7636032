internal import Manifests

/// OpenShift with its operators, Karmada, 3scale and the GitOps Promoter.
extension BuiltInRules {
    static let openShift: [HealthRule] = [
        HealthRule(
            ["apps.openshift.io"], ["DeploymentConfig"],
            suspended: [.at(".spec.paused", is: true)],
            failed: [.is("Progressing", "False", reasons: ["ProgressDeadlineExceeded", "RolloutCancelled"]), .is("ReplicaFailure")],
            current: [
                .is("Progressing", reasons: ["NewReplicationControllerAvailable"]), .all([.is("Available"), .is("Progressing", "Absent")]),
            ]),
        HealthRule(
            ["route.openshift.io"], ["Route"], failed: [.is("Admitted", "False", at: ".status.ingress[*].conditions")],
            inProgress: [.is("Admitted", "Unknown", at: ".status.ingress[*].conditions")],
            current: [.is("Admitted", at: ".status.ingress[*].conditions")]),
        HealthRule(
            ["operator.openshift.io"], ["IngressController"], failed: [.is("Degraded")],
            inProgress: [.is("DeploymentReplicasAllAvailable", "False"), .is("Progressing")], current: [.is("Available")]),
        HealthRule(
            ["ocs.openshift.io"], ["StorageCluster"], failed: [.is("Degraded")], inProgress: [.is("Progressing")],
            current: [.is("Available")]),
        // Approval by hand waits for a person; what was installed before goes on.
        HealthRule(
            ["operators.coreos.com"], ["Subscription"],
            failed: [.is("CatalogSourcesUnhealthy"), .is("InstallPlanFailed"), .is("BundleUnpackFailed"), .is("ResolutionFailed")],
            current: [
                .at(".status.state", "AtLatestKnown"),
                .all([
                    .at(".spec.installPlanApproval", "Manual"), .at(".status.state", ["UpgradePending", "UpgradeAvailable"]),
                    .exists(".status.installedCSV"),
                ]),
            ]),
        .phase(
            ["operators.coreos.com"], ["InstallPlan", "ClusterServiceVersion"], failed: ["Failed"], current: ["Complete", "Succeeded"]),
        HealthRule(
            ["operators.coreos.com"], ["CatalogSource"], current: [.at(".status.connectionState.lastObservedState", "READY")]),
        HealthRule(
            ["policy.open-cluster-management.io"],
            ["Policy", "PolicySet", "ConfigurationPolicy", "CertificatePolicy", "OperatorPolicy", "IamPolicy"],
            suspended: [.at(".spec.disabled", is: true)],
            failed: [
                .all([.at(".status.compliant", "NonCompliant"), .missing(".status.lastEvaluatedGeneration")]),
                .all([
                    .at(".status.compliant", "NonCompliant"),
                    .at(".status.lastEvaluatedGeneration", .sameAs(.known(".metadata.generation"))),
                ]),
            ],
            inProgress: [
                .different(".status.lastEvaluatedGeneration", ".metadata.generation"), .at(".status.compliant", .differs(["Compliant"])),
                .at(".status.status[*].compliant", "Pending"),
            ],
            // One that no cluster matches has a placement and no verdict.
            current: [.at(".status.compliant", "Compliant"), .all([.missing(".status.compliant"), .exists(".status.placement")])]),
    ]

    static let platforms: [HealthRule] = [
        HealthRule(
            ["work.karmada.io"], ["ResourceBinding", "ClusterResourceBinding"],
            failed: [
                .at(".status.aggregatedStatus[*].applied", is: false), .at(".status.aggregatedStatus[*].health", "Unhealthy"),
                .is("FullyApplied", "False"),
            ],
            current: [.all([.is("FullyApplied"), .exists(".status.aggregatedStatus")])]),
        HealthRule(
            ["apps.3scale.net"], ["APIManager", "APIcast"], inProgress: [.is("Available", "False"), .is("Ready", "False")],
            current: [.is("Available"), .is("Ready")]),
        HealthRule(
            ["capabilities.3scale.net"], ["Application", "ApplicationAuth", "Tenant", "CustomPolicyDefinition"],
            failed: [.is("Failed"), .is("Invalid"), .is("Ready", "False")], current: [.is("Ready"), .is("Synced")]),
        // What waits for approval waits for a person.
        HealthRule(
            ["capabilities.3scale.net"], ["*"], failed: [.is("Failed"), .is("Invalid"), .is("Orphan")],
            inProgress: [.is("Waiting"), .is("In-progress"), .at(".status.developerUserState", "suspended")],
            current: [.is("Ready"), .is("Synced")]),
    ]

    private static let branches = ".status.environments[*]"

    static let commitPromotion: [HealthRule] = [
        HealthRule(
            ["promoter.argoproj.io"], ["GitCommitStatus", "TimedCommitStatus", "WebRequestCommitStatus", "ArgoCDCommitStatus"],
            failed: [
                .is("Ready", "False"), .at(branches + ".phase", "failure"), .at(".status.applicationsSelected[*].phase", "failure"),
            ],
            inProgress: [.at(branches + ".phase", "pending"), .at(".status.applicationsSelected[*].phase", "pending")],
            current: [.is("Ready")]),
        // All branches are to be at the commit that the first one proposes.
        HealthRule(
            ["promoter.argoproj.io"], ["PromotionStrategy"],
            failed: [.is("Ready", "False"), .all([.is("Ready"), .missing(".status.environments")])],
            inProgress: [
                .missing(branches + ".active.dry.sha"), .missing(branches + ".proposed.dry.sha"),
                .different(branches + ".active.dry.sha", branches + ".proposed.dry.sha"),
            ],
            current: [.is("Ready")]),
        HealthRule(
            ["promoter.argoproj.io"], ["ChangeTransferPolicy"], failed: [.is("Ready", "False")],
            inProgress: [
                .missing(".status.active.dry.sha"), .missing(".status.proposed.dry.sha"),
                .different(".status.active.dry.sha", ".status.proposed.dry.sha"),
            ],
            current: [.is("Ready")]),
        HealthRule(
            ["promoter.argoproj.io"], ["PullRequest"], failed: [.is("Ready", "False")],
            current: [.all([.is("Ready"), .exists(".status.id")])]),
        HealthRule(
            ["promoter.argoproj.io"], ["CommitStatus"], failed: [.is("Ready", "False")],
            current: [.all([.is("Ready"), .exists(".status.sha")])]),
        HealthRule(["promoter.argoproj.io"], ["ControllerConfiguration"], failed: [.is("Ready", "False")], otherwise: .current),
        .ready(["promoter.argoproj.io"], ["*"]),
    ]
}
