import Manifests
import TestSupport
import Testing

@testable import LocalCluster

/// What an operator sees of quotas, budgets, schedules and scaling, with the real kubectl.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ControllerKubectlTests {
    @Test func quotasAndRangesRefuse() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "quota", "small", "--hard=count/configmaps=2,pods=1")
            try await cluster.kubectl("create", "configmap", "one")
            let refused = try await cluster.kubectl("create", "configmap", "two", succeeds: false)
            #expect(
                refused.error.contains(
                    "configmaps \"two\" is forbidden: exceeded quota: small, requested: count/configmaps=1, used: count/configmaps=2, "
                        + "limited: count/configmaps=2"), "\(refused.error)")
            try await cluster.kubectl(
                "wait", "--for=jsonpath={.status.used.count/configmaps}=2", "quota/small", "--timeout=10s")
            #expect(try await cluster.kubectl("describe", "quota", "small").output.contains("count/configmaps  2     2"))
            let range = """
                apiVersion: v1
                kind: LimitRange
                metadata: {name: range}
                spec: {limits: [{type: Container, default: {cpu: 500m}, max: {cpu: "1"}}]}
                """
            try await cluster.kubectl("create", "-f", "-", input: range)
            try await cluster.kubectl("run", "web", "--image=demo/web:1")
            let cpu = try await cluster.kubectl("get", "pod", "web", "-o", "jsonpath={.spec.containers[0].resources.limits.cpu}")
            #expect(cpu.output == "500m")
        }
    }

    @Test func aScheduleMakesJobs() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "cronjob", "tick", "--image=demo/web:1", "--schedule=@every 1s", "--", "true")
            try await eventually("a Job of the schedule") {
                try await cluster.kubectl("get", "jobs", "-o", "name").output.contains("job.batch/tick-")
            }
            try await cluster.kubectl("patch", "cronjob", "tick", "-p", #"{"spec":{"suspend":true}}"#)
            try await cluster.kubectl("create", "job", "by-hand", "--from=cronjob/tick")
            #expect(try await cluster.kubectl("get", "job", "by-hand", "-o", "name").output == "job.batch/by-hand\n")
            let bad = try await cluster.kubectl(
                "create", "cronjob", "bad", "--image=demo/web:1", "--schedule=99 * * * *", "--", "true", succeeds: false)
            #expect(
                bad.error.contains("spec.schedule: Invalid value: \"99 * * * *\": end of range (99) above maximum (59): 99"), "\(bad.error)"
            )
        }
    }

    @Test func aNamespaceThatWaitsSaysForWhat() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "shop")
            try await cluster.kubectl(
                "create", "-f", "-",
                input: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: shop, finalizers: [example.dev/keep]}\n")
            try await cluster.kubectl("delete", "namespace", "shop", "--wait=false")
            try await cluster.kubectl("wait", "--for=condition=NamespaceFinalizersRemaining", "namespace/shop", "--timeout=10s")
            try await cluster.kubectl("patch", "configmap", "held", "-n", "shop", "-p", #"{"metadata":{"finalizers":null}}"#)
            try await cluster.kubectl("wait", "--for=delete", "namespace/shop", "--timeout=10s")
        }
    }

    @Test func aDrainAsksTheBudgets() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("images:\n  - name: docker.io/nova/shell:1\n    command: [/bin/sh]\n", to: "images.yaml")
            try await KubectlCluster.run(runsPods: true, imagesFile: folder.file("images.yaml")) { cluster in
                try await cluster.kubectl(
                    "create", "-f", "-",
                    input: """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec:
                          replicas: 2
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec:
                              terminationGracePeriodSeconds: 1
                              containers:
                                - name: main
                                  image: nova/shell:1
                                  args: ["-c", "while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 0.2; done"]
                                  resources: {requests: {cpu: 1m}}
                        ---
                        apiVersion: policy/v1
                        kind: PodDisruptionBudget
                        metadata: {name: web}
                        spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
                        """)
                try await cluster.kubectl("wait", "--for=condition=Available", "deployment/web", "--timeout=20s")
                try await cluster.kubectl("wait", "--for=jsonpath={.status.currentHealthy}=2", "pdb/web", "--timeout=10s")
                let refused = try await cluster.kubectl("drain", "local", "--force", "--timeout=2s", succeeds: false)
                #expect(refused.error.contains("Cannot evict pod as it would violate the pod's disruption budget"), "\(refused.error)")
                try await cluster.kubectl("delete", "pdb", "web")
                try await cluster.kubectl("drain", "local", "--force", "--timeout=20s")
                // The node is cordoned: what comes instead of the evicted Pods finds no place.
                try await eventually("the new Pods are pending") {
                    try await cluster.kubectl("get", "events").output.contains("0/1 nodes are available: 1 node(s) were unschedulable.")
                }
                try await cluster.kubectl("uncordon", "local")
                try await cluster.kubectl("wait", "--for=condition=Available", "deployment/web", "--timeout=20s")

                // Each of them does little, and asks for next to nothing.
                try await cluster.kubectl("autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu-percent=50")
                try await cluster.kubectl("wait", "--for=jsonpath={.spec.replicas}=3", "deployment/web", "--timeout=30s")
                let shown = try await cluster.kubectl("get", "hpa", "web").output
                #expect(shown.contains("%/50%") && !shown.contains("<unknown>"), "\(shown)")
                #expect(try await cluster.kubectl("describe", "hpa", "web").output.contains("SuccessfulRescale"))
            }
        }
    }
}
