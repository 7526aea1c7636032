import Foundation
import Subprocess
import TestSupport
import Testing

@testable import LocalCluster

/// The whole cluster with the real `kubectl`: what an operator does, and what they read.
@Suite(.timeLimit(.minutes(3))) struct NodeKubectlTests {
    private static let objects = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: greeting, namespace: shop}
        data: {text: "hello\\n"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          selector: {app: web}
          ports: [{name: http, port: 80, targetPort: http}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 5
              containers:
                - name: main
                  image: nova/shell:1
                  args: ["-c", "echo version $VERSION; cat /etc/greeting/text; while :; do sleep 1 & wait; done"]
                  ports: [{name: http, containerPort: 8080}]
                  env:
                    - {name: VERSION, value: one}
                    - name: POD_IP
                      valueFrom: {fieldRef: {fieldPath: status.podIP}}
                  readinessProbe:
                    exec: {command: ["/bin/sh", "-c", "test -n \\"$POD_IP\\""]}
                    periodSeconds: 1
                  volumeMounts: [{name: greeting, mountPath: /etc/greeting}]
              volumes: [{name: greeting, configMap: {name: greeting}}]
        """

    private func with(_ body: (KubectlCluster) async throws -> Void) async throws {
        let images = NSTemporaryDirectory() + "images-\(UUID().uuidString).yaml"
        try "images:\n  - name: docker.io/nova/shell:1\n    command: [/bin/sh]\n".write(toFile: images, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: images) }
        try await KubectlCluster.run(runsPods: true, imagesFile: images, body)
    }

    @Test func rolloutsAsAnOperatorSeesThem() async throws {
        try await with { cluster in
            func shop(_ words: String) async throws -> String {
                let arguments = ["-n", "shop"] + words.split(separator: " ").map(String.init)
                return try await cluster.kubectl(list: arguments).output
            }
            try await cluster.kubectl("apply", "-f", "-", input: Self.objects)
            #expect(try await shop("rollout status deployment/web --timeout=20s").contains("successfully rolled out"))
            #expect(try await shop("get nodes").contains("Ready"))
            let pods = try await shop("get pods -o wide")
            #expect(
                pods.split(separator: "\n").count { $0.contains("1/1") && $0.contains("Running") && $0.contains("127.") } == 2, "\(pods)")
            #expect(try await shop("logs deployment/web").contains("version one\nhello\n"))
            #expect(try await shop("get endpoints web").contains(":8080"))
            let described = try await shop("describe pods")
            for word in ["Scheduled", "Pulled", "Created", "Started", "Successfully assigned shop/web-"] {
                #expect(described.contains(word))
            }

            _ = try await shop("set env deployment/web VERSION=two")
            _ = try await shop("rollout status deployment/web --timeout=20s")
            #expect(try await shop("logs deployment/web").contains("version two"))
            #expect(try await shop("rollout history deployment/web").contains("2 "))

            // A version that does not exist stops; the old one stays.
            _ = try await shop("set image deployment/web main=nova/shell:none")
            try await eventually("the image cannot be pulled", within: .seconds(30)) {
                try await shop("get pods").contains("ImagePullBackOff")
            }
            #expect(try await shop("get deployment web -o jsonpath={.status.availableReplicas}") == "2")
            _ = try await shop("rollout undo deployment/web")
            #expect(try await shop("rollout status deployment/web --timeout=20s").contains("successfully rolled out"))
            #expect(try await shop("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}") == "nova/shell:1")

            _ = try await shop("scale deployment/web --replicas=3")
            _ = try await shop("rollout status deployment/web --timeout=20s")
            _ = try await shop("rollout restart deployment/web")
            #expect(try await shop("rollout status deployment/web --timeout=20s").contains("successfully rolled out"))
            #expect(try await shop("get events").contains("ScalingReplicaSet"))

            _ = try await shop("delete deployment web --timeout=20s")
            try await eventually("its Pods are gone", within: .seconds(20)) { try await shop("get pods -l app=web -o name").isEmpty }
            try await cluster.kubectl("delete", "namespace", "shop", "--timeout=20s")
        }
    }

    @Test func aJobAndAStatefulSet() async throws {
        try await with { cluster in
            try await cluster.kubectl(
                "apply", "-f", "-",
                input: """
                    apiVersion: batch/v1
                    kind: Job
                    metadata: {name: once, namespace: default}
                    spec:
                      template:
                        spec:
                          restartPolicy: Never
                          containers: [{name: main, image: nova/shell:1, args: ["-c", "echo done"]}]
                    ---
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: db, namespace: default}
                    spec:
                      serviceName: db
                      replicas: 2
                      selector: {matchLabels: {app: db}}
                      template:
                        metadata: {labels: {app: db}}
                        spec:
                          terminationGracePeriodSeconds: 1
                          containers: [{name: main, image: nova/shell:1, args: ["-c", "while :; do sleep 1 & wait; done"]}]
                    """)
            try await cluster.kubectl("wait", "--for=condition=complete", "job/once", "--timeout=20s")
            #expect(try await cluster.kubectl("logs", "job/once").output == "done\n")
            try await cluster.kubectl("rollout", "status", "statefulset/db", "--timeout=20s")
            #expect(try await cluster.kubectl("get", "pods", "-l", "app=db", "-o", "name").output == "pod/db-0\npod/db-1\n")
        }
    }
}

extension KubectlCluster {
    /// As `kubectl`, with the arguments in a list.
    func kubectl(list arguments: [String]) async throws -> Output {
        let result = try await Subprocess.run(
            .name("kubectl"),
            arguments: Arguments(["--kubeconfig", cluster.kubeconfigPath, "--cache-dir", "\(directory)/cache"] + arguments),
            input: .none, output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "kubectl \(arguments.joined(separator: " ")): \(result.standardError)")
        return Output(
            status: result.terminationStatus.isSuccess ? 0 : 1, output: result.standardOutput, error: result.standardError)
    }
}
