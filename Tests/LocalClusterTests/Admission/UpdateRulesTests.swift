import Manifests
import Testing

@testable import LocalCluster

/// What may not change once an object exists, in the API's words.
@Suite struct UpdateRulesTests {
    private func refusals(_ type: ResourceType, _ old: Value, _ edit: (inout Value) -> Void) -> [String] {
        var new = old
        edit(&new)
        var errors = FieldErrors()
        UpdateRules.check(new, from: old, type, &errors)
        return errors.causes.map { "\($0.field): \($0.message)" }
    }

    private let job: Value = [
        "spec": ["completions": 2, "parallelism": 2, "completionMode": "NonIndexed", "template": ["spec": ["nodeSelector": ["a": "b"]]]]
    ]

    @Test func aJobKeepsWhatItWasAskedFor() {
        #expect(refusals(.jobs, job) { $0["spec", "completions"] = 3 } == ["spec.completions: Invalid value: 3: field is immutable"])
        for field in ["podFailurePolicy", "successPolicy", "backoffLimitPerIndex", "managedBy"] {
            #expect(refusals(.jobs, job) { $0["spec", field] = "x" } == ["spec.\(field): Invalid value: \"x\": field is immutable"])
        }
        #expect(refusals(.jobs, job) { $0["spec", "parallelism"] = 5 } == [])
        #expect(refusals(.jobs, job) { $0["spec", "template", "spec", "nodeSelector"] = ["a": "c"] }.count == 1)
        var waiting = job
        waiting["spec", "suspend"] = true
        #expect(refusals(.jobs, waiting) { $0["spec", "template", "spec", "nodeSelector"] = ["a": "c"] } == [])
    }

    @Test func anIndexedJobGrowsWithItsParallelism() {
        var indexed = job
        indexed["spec", "completionMode"] = "Indexed"
        #expect(
            refusals(.jobs, indexed) { $0["spec", "completions"] = 3 }
                == ["spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism"])
        #expect(
            refusals(.jobs, indexed) {
                $0["spec", "completions"] = 3
                $0["spec", "parallelism"] = 3
            } == [])
    }

    @Test func aClaimGrowsAndDoesNotShrink() {
        let bound: Value = [
            "spec": ["accessModes": ["ReadWriteOnce"], "volumeName": "v", "resources": ["requests": ["storage": "2Gi"]]],
            "status": ["phase": "Bound", "capacity": ["storage": "2Gi"]],
        ]
        let size = ["spec", "resources", "requests", "storage"]
        #expect(refusals(.persistentVolumeClaims, bound) { $0.set(size, to: "3Gi") } == [])
        #expect(
            refusals(.persistentVolumeClaims, bound) { $0.set(size, to: "1Gi") }
                == ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"])
        #expect(
            refusals(.persistentVolumeClaims, bound) { $0["spec", "accessModes"] = ["ReadWriteMany"] }.first?
                .hasPrefix("spec: Forbidden: spec is immutable after creation except resources.requests") == true)
        var pending = bound
        pending["status"] = ["phase": "Pending"]
        #expect(refusals(.persistentVolumeClaims, pending) { $0.set(size, to: "3Gi") }.count == 1)
    }

    @Test func growthNeedsAClassThatAllowsIt() throws {
        let store = ObjectStore()
        let claim: Value = [
            "metadata": ["name": "data"], "spec": ["storageClassName": "fast", "resources": ["requests": ["storage": "1Gi"]]],
        ]
        var larger = claim
        larger.set(["spec", "resources", "requests", "storage"], to: "2Gi")
        let error = #expect(throws: APIError.self) { try VolumeExpansion.check(larger, over: claim, store) }
        #expect(
            error?.message == "persistentvolumeclaims \"data\" is forbidden: only dynamically provisioned pvc can be resized and the "
                + "storageclass that provisions the pvc must support resize")
        try store.create(.storageClasses, ["metadata": ["name": "fast"], "provisioner": "p", "allowVolumeExpansion": true])
        try VolumeExpansion.check(larger, over: claim, store)
    }

    @Test func classesKeepWhatOthersRelyOn() {
        #expect(
            refusals(.priorityClasses, ["value": 1]) { $0["value"] = 2 } == ["value: Forbidden: may not be changed in an update."])
        #expect(
            refusals(.storageClasses, ["provisioner": "a"]) { $0["provisioner"] = "b" }
                == ["provisioner: Forbidden: updates to provisioner are forbidden."])
        #expect(
            refusals(.storageClasses, ["volumeBindingMode": "Immediate"]) { $0["volumeBindingMode"] = "WaitForFirstConsumer" }
                == ["volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable"])
        #expect(
            refusals(.ingressClasses, ["spec": ["controller": "a/b"]]) { $0["spec", "controller"] = "a/c" }
                == ["spec.controller: Invalid value: \"a/c\": field is immutable"])
    }
}
