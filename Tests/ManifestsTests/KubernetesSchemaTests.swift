import Manifests
import Testing

@Suite("The table of merge rules")
struct KubernetesSchemaTests {
    private func rules(_ apiVersion: String, _ kind: String, _ path: String...) -> FieldRules? {
        var schema: (any MergeSchema)? = KubernetesSchema.builtIn(apiVersion: apiVersion, kind: kind)
        var rules: FieldRules?
        for field in path {
            rules = schema?.rules(for: field)
            schema = rules?.schema
        }
        return rules
    }

    @Test func itReads() {
        #expect(KubernetesSchema.problems == [])
    }

    @Test func bothUsesOfOneList() {
        let ports = rules("v1", "Service", "spec", "ports")
        #expect(ports?.patchMergeKey == "port")
        #expect(ports?.patchStrategy == .merge)
        #expect(ports?.listKeys == [.init(name: "port"), .init(name: "protocol", defaultValue: "TCP")])
        let container = rules("apps/v1", "Deployment", "spec", "template", "spec", "containers", "ports")
        #expect(container?.listKeys.map(\.name) == ["containerPort", "protocol"])
        #expect(container?.patchMergeKey == "containerPort")
    }

    @Test(arguments: [
        ("containers", "name"), ("initContainers", "name"), ("volumes", "name"), ("imagePullSecrets", "name"), ("hostAliases", "ip"),
        ("topologySpreadConstraints", "topologyKey"), ("schedulingGates", "name"),
    ])
    func podLists(_ field: String, _ key: String) {
        #expect(rules("batch/v1", "CronJob", "spec", "jobTemplate", "spec", "template", "spec", field)?.patchMergeKey == key)
    }

    @Test func listsWithOneOwner() {
        for field in ["tolerations", "readinessGates"] {
            let rules = rules("v1", "Pod", "spec", field)
            #expect(rules?.listType == .atomic && rules?.patchStrategy == FieldRules.PatchStrategy.none)
        }
        #expect(rules("v1", "ServiceAccount", "imagePullSecrets")?.listType == .atomic)
    }

    @Test func mappingsWithOneOwner() {
        #expect(rules("apps/v1", "Deployment", "spec", "selector")?.isAtomicMap == true)
        #expect(rules("v1", "Service", "spec", "selector")?.isAtomicMap == true)
        #expect(rules("v1", "Pod", "spec", "nodeSelector")?.isAtomicMap == true)
        #expect(rules("apps/v1", "Deployment", "spec", "template")?.isAtomicMap == false)
    }

    @Test func metadataAndStrategies() {
        #expect(rules("v1", "ConfigMap", "metadata", "finalizers")?.listType == .set)
        #expect(rules("v1", "ConfigMap", "metadata", "ownerReferences")?.patchMergeKey == "uid")
        #expect(rules("apps/v1", "Deployment", "spec", "strategy")?.retainsKeys == true)
        #expect(rules("v1", "Pod", "spec", "volumes")?.retainsKeys == true)
        #expect(rules("policy/v1", "PodDisruptionBudget", "spec", "selector")?.patchStrategy == .replace)
        #expect(rules("batch/v1", "Job", "status", "conditions")?.listType == .atomic)
        #expect(rules("batch/v1", "Job", "status", "conditions")?.patchMergeKey == "type")
    }

    @Test func customResources() {
        #expect(KubernetesSchema.builtIn(apiVersion: "example.com/v1", kind: "Deployment") == nil)
        let schema = KubernetesSchema.any(apiVersion: "example.com/v1", kind: "Widget")
        #expect(schema.rules(for: "metadata")?.schema?.rules(for: "finalizers")?.listType == .set)
        #expect(schema.rules(for: "spec") == nil)
    }
}
