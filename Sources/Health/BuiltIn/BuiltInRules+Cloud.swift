internal import Manifests

/// What manages clouds and clusters: Crossplane, the clouds' own controllers, Cluster API, Karpenter.
extension BuiltInRules {
    static let cloud: [HealthRule] = [
        // A managed resource that its provider could not create or change says so in Synced.
        HealthRule(
            ["*.crossplane.io", "*.upbound.io"], ["*"],
            suspended: [.at(".metadata.annotations['crossplane.io/paused']", "true")],
            failed: [.is("Synced", "False", reasons: ["ReconcileError"]), .is("LastAsyncOperation", "False")],
            current: [.is("Ready")]),
        // Settings, which have no status of their own.
        HealthRule(
            ["*.crossplane.io", "*.upbound.io"],
            [
                "ProviderConfig", "ClusterProviderConfig", "ProviderConfigUsage", "StoreConfig", "ControllerConfig",
                "DeploymentRuntimeConfig", "ImageConfig", "Composition", "CompositionRevision", "EnvironmentConfig",
            ], failed: [.is("Synced", "False"), .is("ValidPipeline", "False")], otherwise: .current),
        HealthRule(
            ["apiextensions.crossplane.io"], ["ManagedResourceDefinition", "ManagedResourceActivationPolicy"],
            inProgress: [.is("Healthy", "False", "Unknown")], otherwise: .current),
        HealthRule(["ops.crossplane.io"], ["Operation"], failed: [.is("Succeeded", "False")], current: [.is("Succeeded")]),
        HealthRule(["ops.crossplane.io"], ["*"], failed: [.is("Synced", "False")], otherwise: .current),
        HealthRule(["apiextensions.crossplane.io"], ["CompositeResourceDefinition"], current: [.is("Established")]),
        // Installed and Healthy are False until the image is pulled and its Pod runs.
        HealthRule(
            ["pkg.crossplane.io"], ["Provider", "Configuration", "Function"], current: [.all([.is("Installed"), .is("Healthy")])]),
        HealthRule(
            ["pkg.crossplane.io"], ["ProviderRevision", "ConfigurationRevision", "FunctionRevision"],
            suspended: [.at(".spec.desiredState", "Inactive")],
            current: [.is("Healthy"), .is("RevisionHealthy")]),
        HealthRule(
            ["*.cnrm.cloud.google.com"], ["*"],
            failed: [
                .at(".status.healthy", is: false),
                .is(
                    "Ready", "False",
                    reasons: [
                        "UpdateFailed", "DeleteFailed", "DependencyInvalid", "ManagementConflict", "PreActuationTransformFailed",
                        "PostActuationTransformFailed",
                    ]),
            ],
            current: [.at(".status.healthy", is: true), .is("Ready")]),
        HealthRule(
            ["*.services.k8s.aws"], ["*"], failed: [.is("ACK.Terminal")], inProgress: [.is("ACK.ResourceSynced", "False", "Unknown")],
            current: [.is("ACK.ResourceSynced")]),
        HealthRule(
            ["karpenter.sh"], ["NodeClaim"], failed: [.is("Ready", "False")], inProgress: [.is("Disrupting")], current: [.is("Ready")]),
        .ready(["karpenter.sh", "karpenter.k8s.aws", "karpenter.azure.com"], ["NodePool", "EC2NodeClass", "AKSNodeClass"]),
        HealthRule(
            ["services.cloud.sap.com"], ["ServiceInstance", "ServiceBinding"], failed: [.is("Failed")],
            inProgress: [.is("Succeeded", "False", "Unknown")], current: [.is("Ready"), .all([.is("Succeeded"), .is("Ready", "Absent")])]),
        // All of these are True in a Shoot that is well.
        HealthRule(
            ["core.gardener.cloud"], ["Shoot"],
            suspended: [.all([.at(".spec.hibernation.enabled", is: true), .at(".status.hibernated", is: true)])],
            failed: [.at(".status.lastOperation.state", "Failed")],
            inProgress: [
                .is("*", "False", "Unknown", "Progressing"),
                .at(".status.lastOperation.state", .differs(["Succeeded"])),
            ],
            current: [.at(".status.lastOperation.state", "Succeeded")], message: ".status.lastErrors[*].description"),
        HealthRule(
            ["spot.io"], ["SpotDeployment"], failed: [.is("InvalidSpec"), .at(".status.phase", "Degraded")],
            current: [.at(".status.phase", "Healthy")]),
    ]

    static let clusterAPI: [HealthRule] = [
        HealthRule(
            ["cluster.x-k8s.io"], ["Cluster", "Machine", "MachinePool", "MachineDeployment"],
            suspended: [.at(".spec.paused", is: true), .exists(".metadata.annotations['cluster.x-k8s.io/paused']")],
            failed: [
                .at(".status.phase", "Failed"), .exists(".status.failureMessage"),
                // Severity tells an error from a step that waits (v1beta1).
                .at(".status.conditions[type=Ready].severity", "Error"),
                .at(".status.conditions[type=InfrastructureReady].severity", "Error"),
                .at(".status.conditions[type=ControlPlaneReady].severity", "Error"),
            ],
            inProgress: [
                .is("Ready", "False", "Unknown"), .is("Available", "False", "Unknown"),
                .below(".status.updatedReplicas", ".spec.replicas"), .below(".status.availableReplicas", ".spec.replicas"),
            ],
            current: [.at(".status.phase", ["Provisioned", "Running"])], message: ".status.failureMessage",
            ".status.conditions[type=Ready].message"),
        HealthRule(
            ["cluster.x-k8s.io"], ["MachineSet"], failed: [.exists(".status.failureMessage")],
            inProgress: [.below(".status.readyReplicas", ".spec.replicas"), .below(".status.availableReplicas", ".spec.replicas")],
            current: [.exists(".status.observedGeneration")], message: ".status.failureMessage"),
        HealthRule(["cluster.x-k8s.io"], ["MachineHealthCheck"], failed: [.is("RemediationAllowed", "False")], otherwise: .current),
        HealthRule(
            ["addons.cluster.x-k8s.io"], ["ClusterResourceSet"], failed: [.is("ResourcesApplied", "False")],
            current: [.is("ResourcesApplied")]),
        HealthRule(
            ["controlplane.cluster.x-k8s.io"],
            [
                "KubeadmControlPlane", "AWSManagedControlPlane", "ROSAControlPlane", "RKE2ControlPlane", "KThreesControlPlane",
                "TalosControlPlane", "MicroK8sControlPlane", "GCPManagedControlPlane", "AzureManagedControlPlane", "K0sControlPlane",
            ],
            failed: [.at(".status.conditions[type=Ready].severity", "Error"), .exists(".status.failureMessage")],
            current: [.is("Ready"), .is("Available")]),
    ]
}
