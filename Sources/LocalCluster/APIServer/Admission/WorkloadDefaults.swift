internal import Manifests

/// Defaults of the kinds that make Pods, and of what scales them.
enum WorkloadDefaults {
    static func fillDeployment(_ object: inout Value) {
        guard object["spec"] != nil else { return }
        PodDefaults.fillTemplate(&object, ["spec", "template"])
        object.fillIn(["spec", "strategy", "type"], "RollingUpdate")
        if object["spec"]?["strategy"]?["type"] == "RollingUpdate" {
            object.fillIn(["spec", "strategy", "rollingUpdate", "maxUnavailable"], "25%")
            object.fillIn(["spec", "strategy", "rollingUpdate", "maxSurge"], "25%")
        }
    }

    static func fillStatefulSet(_ object: inout Value) {
        guard object["spec"] != nil else { return }
        PodDefaults.fillTemplate(&object, ["spec", "template"])
        object.fillIn(["spec", "updateStrategy", "type"], "RollingUpdate")
        if object["spec"]?["updateStrategy"]?["type"] == "RollingUpdate" {
            object.fillIn(["spec", "updateStrategy", "rollingUpdate", "partition"], 0)
        }
        object.fillIn(["spec", "persistentVolumeClaimRetentionPolicy"], ["whenDeleted": "Retain", "whenScaled": "Retain"])
        object.editItems(["spec", "volumeClaimTemplates"]) { claim in
            claim["apiVersion"] = "v1"
            claim["kind"] = "PersistentVolumeClaim"
            claim.fillIn(["status"], ["phase": "Pending"])
        }
    }

    static func fillDaemonSet(_ object: inout Value) {
        guard object["spec"] != nil else { return }
        PodDefaults.fillTemplate(&object, ["spec", "template"])
        object.fillIn(["spec", "updateStrategy", "type"], "RollingUpdate")
        if object["spec"]?["updateStrategy"]?["type"] == "RollingUpdate" {
            object.fillIn(["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"], 1)
            object.fillIn(["spec", "updateStrategy", "rollingUpdate", "maxSurge"], 0)
        }
    }

    static func fillAutoscaler(_ object: inout Value) {
        guard object["spec"] != nil else { return }
        if object["spec"]?["metrics"] == nil {
            object["spec", "metrics"] = [
                ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]]]
            ]
        }
        guard object["spec"]?["behavior"] != nil else { return }
        fillScaling(
            &object, "scaleUp",
            [
                "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
                "policies": [
                    ["type": "Pods", "value": 4, "periodSeconds": 15], ["type": "Percent", "value": 100, "periodSeconds": 15],
                ],
            ])
        fillScaling(
            &object, "scaleDown",
            ["selectPolicy": "Max", "policies": [["type": "Percent", "value": 100, "periodSeconds": 15]]])
    }

    private static func fillScaling(_ object: inout Value, _ direction: String, _ defaults: Value) {
        for (key, value) in defaults.object ?? Object() { object.fillIn(["spec", "behavior", direction, key], value) }
    }
}
