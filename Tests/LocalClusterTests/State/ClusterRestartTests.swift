import Foundation
import Logging
import Manifests
import Subprocess
import TestSupport
import Testing

@testable import LocalCluster

/// A cluster that ends and is started again on its directory, with the real kubectl.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ClusterRestartTests {
    private func configuration(_ directory: String) -> LocalClusterConfiguration {
        var configuration = LocalClusterConfiguration(directory: directory)
        configuration.keepsState = true
        configuration.imagesFile = directory + "/images.yaml"
        return configuration
    }

    private var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }

    @Test func theSamePodsRunAgain() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("images:\n  - name: docker.io/nova/shell:1\n    command: [/bin/sh]\n", to: "images.yaml")
            let first = try await LocalCluster.start(configuration: configuration(folder.path), logger: logger)
            let kubectl = KubectlCluster(cluster: first, directory: folder.path)
            try await kubectl.kubectl(
                "create", "-f", "-",
                input: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: one, labels: {app: one}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "nova/shell:1", args: ["-c", "while :; do sleep 1 & wait; done"]}]
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: {name: one}
                    spec: {selector: {app: one}, ports: [{port: 8080}]}
                    """)
            try await kubectl.kubectl("wait", "--for=condition=Ready", "pod/one", "--timeout=20s")
            let uid = try await kubectl.kubectl("get", "pod", "one", "-o", "jsonpath={.metadata.uid}").output
            let address = try await eventually("the Service has its address") {
                first.store.get(.services, namespace: "default", name: "one")?["spec"]?["clusterIP"]?.string
            }
            await first.stop()

            let second = try await LocalCluster.start(configuration: configuration(folder.path), logger: logger)
            let again = KubectlCluster(cluster: second, directory: folder.path)
            try await again.kubectl(
                "wait", "--for=jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/one", "--timeout=20s")
            try await again.kubectl("wait", "--for=condition=Ready", "pod/one", "--timeout=20s")
            #expect(try await again.kubectl("get", "pod", "one", "-o", "jsonpath={.metadata.uid}").output == uid)
            let reason = try await again.kubectl(
                "get", "pod", "one", "-o", "jsonpath={.status.containerStatuses[0].lastState.terminated.reason}")
            // It was ended in order; after a crash it would be `Unknown`.
            #expect(reason.output == "Error")
            #expect(try await again.kubectl("get", "events").output.contains("SandboxChanged"))
            #expect(try await again.kubectl("get", "service", "one", "-o", "jsonpath={.spec.clusterIP}").output == address)
            await second.stop()
        }
    }
}
