import Manifests
import Testing

/// Every field of Kubernetes' API types that declares a patch strategy, read from the struct tags of a client's binary (1.32) and the later types.
/// `containerStatuses[].allocatedResourcesStatus` declares one too and cannot be reached: the list around it is replaced.
@Suite("All patch strategies of Kubernetes")
struct KubernetesSchemaCompletenessTests {
    private static let podLists = [
        "volumes merge,retainKeys name", "initContainers merge name", "containers merge name", "ephemeralContainers merge name",
        "imagePullSecrets merge name", "hostAliases merge ip", "topologySpreadConstraints merge topologyKey", "schedulingGates merge name",
        "resourceClaims merge,retainKeys name",
    ]
    private static let containerLists = [
        "ports merge containerPort", "env merge name", "volumeMounts merge mountPath", "volumeDevices merge devicePath",
    ]

    /// `apiVersion kind path strategies [key]`
    private static let declared: [String] = {
        var lines = [
            "v1 Pod status.conditions merge type", "v1 Pod status.podIPs merge ip", "v1 Pod status.hostIPs merge ip",
            "v1 Pod status.resourceClaimStatuses merge,retainKeys name", "apps/v1 Deployment spec.strategy retainKeys",
            "extensions/v1beta1 Deployment spec.strategy retainKeys", "v1 Service spec.ports merge port",
            "v1 ServiceAccount secrets merge name",
            "v1 Node status.addresses merge type", "v1 Node spec.podCIDRs merge", "policy/v1 PodDisruptionBudget spec.selector replace",
            "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration webhooks merge name",
            "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration webhooks merge name",
            "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration webhooks.matchConditions merge name",
            "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy spec.matchConditions merge name",
            "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy spec.variables merge name",
            "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy spec.matchConditions merge name",
            "storage.k8s.io/v1 CSINode spec.drivers merge name", "resource.k8s.io/v1 ResourceClaim status.reservedFor merge uid",
            "v1 ComponentStatus conditions merge type", "v1 ConfigMap metadata.finalizers merge",
            "v1 ConfigMap metadata.ownerReferences merge uid",
        ]
        for type in [
            "v1 Namespace", "v1 Node", "v1 PersistentVolumeClaim", "v1 ReplicationController", "v1 Service", "apps/v1 Deployment",
            "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "apps/v1 StatefulSet", "batch/v1 Job", "autoscaling/v2 HorizontalPodAutoscaler",
            "policy/v1 PodDisruptionBudget", "apiregistration.k8s.io/v1 APIService", "flowcontrol.apiserver.k8s.io/v1 FlowSchema",
            "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration", "networking.k8s.io/v1 ServiceCIDR",
            "storagemigration.k8s.io/v1beta1 StorageVersionMigration", "certificates.k8s.io/v1beta1 PodCertificateRequest",
        ] {
            lines.append("\(type) status.conditions merge type")
        }
        for (type, path) in [
            ("v1 Pod", "spec"), ("v1 PodTemplate", "template.spec"), ("apps/v1 Deployment", "spec.template.spec"),
            ("apps/v1 DaemonSet", "spec.template.spec"), ("apps/v1 StatefulSet", "spec.template.spec"),
            ("batch/v1 Job", "spec.template.spec"),
            ("batch/v1 CronJob", "spec.jobTemplate.spec.template.spec"), ("v1 ReplicationController", "spec.template.spec"),
        ] {
            lines += podLists.map { "\(type) \(path).\($0)" }
            for list in ["containers", "initContainers", "ephemeralContainers"] {
                lines += containerLists.map { "\(type) \(path).\(list).\($0)" }
            }
        }
        return lines
    }()

    @Test(arguments: declared) func declares(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        var schema: (any MergeSchema)? = KubernetesSchema.builtIn(apiVersion: words[0], kind: words[1])
        var rules: FieldRules?
        for field in words[2].split(separator: ".") {
            rules = schema?.rules(for: String(field))
            schema = rules?.schema
        }
        let found = try #require(rules)
        let strategies = words[3].split(separator: ",")
        #expect(
            found.patchStrategy
                == (strategies.contains("merge") ? .merge : strategies.contains("replace") ? .replace : FieldRules.PatchStrategy.none))
        #expect(found.retainsKeys == strategies.contains("retainKeys"))
        #expect(found.patchMergeKey == (words.count > 4 ? words[4] : nil))
    }

    /// Lists that server-side apply owns by element and strategic merge replaces.
    @Test(arguments: [
        ("resource.k8s.io/v1", "ResourceClaim", "status.devices"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "status.conditions"),
        ("certificates.k8s.io/v1", "CertificateSigningRequest", "status.conditions"),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "spec.validationActions"),
        ("storage.k8s.io/v1", "CSIDriver", "spec.volumeLifecycleModes"), ("batch/v1", "Job", "status.uncountedTerminatedPods.failed"),
        ("v1", "Pod", "spec.containers.resources.claims"),
    ])
    func sharedButReplaced(_ apiVersion: String, _ kind: String, _ path: String) {
        var schema: (any MergeSchema)? = KubernetesSchema.builtIn(apiVersion: apiVersion, kind: kind)
        var rules: FieldRules?
        for field in path.split(separator: ".") {
            rules = schema?.rules(for: String(field))
            schema = rules?.schema
        }
        #expect(rules?.patchStrategy == FieldRules.PatchStrategy.none)
        #expect(rules?.listType != .atomic && rules != nil)
    }
}
