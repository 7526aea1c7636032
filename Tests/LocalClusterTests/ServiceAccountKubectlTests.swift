import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import LocalCluster

/// The real kubectl with tokens of ServiceAccounts, and Pods that use theirs.
@Suite(.serialized) struct ServiceAccountKubectlTests {
    @Test func createTokenAndUseIt() async throws {
        try await KubectlCluster.run { cluster in
            try await cluster.kubectl("create", "namespace", "shop")
            try await cluster.kubectl("create", "serviceaccount", "web", "-n", "shop")
            try await cluster.kubectl("create", "rolebinding", "web", "-n", "shop", "--clusterrole=view", "--serviceaccount=shop:web")
            let token = try await cluster.kubectl("create", "token", "web", "-n", "shop", "--duration=20m").output.trimmingSpaces
            #expect(token.split(separator: ".").count == 3)
            let account = try cluster.cluster.kubeconfig(serviceAccount: "web", namespace: "shop")
            #expect(try await cluster.kubectl("auth", "whoami", kubeconfig: account).output.contains("system:serviceaccount:shop:web"))
            try await cluster.kubectl("get", "pods", kubeconfig: account)
            let refused = try await cluster.kubectl("get", "pods", "-n", "default", succeeds: false, kubeconfig: account).error
            #expect(refused.contains("User \"system:serviceaccount:shop:web\" cannot list resource \"pods\""), "\(refused)")

            try await cluster.kubectl("delete", "serviceaccount", "web", "-n", "shop")
            let gone = try await cluster.kubectl("get", "pods", succeeds: false, kubeconfig: account).error
            #expect(gone.contains("You must be logged in to the server"), "\(gone)")
            let none = try await cluster.kubectl("create", "token", "web", "-n", "shop", succeeds: false).error
            #expect(none.contains("serviceaccounts \"web\" not found"), "\(none)")
        }
    }

    @Test func secretsOfTheOldKindAreFilled() async throws {
        try await KubectlCluster.run { cluster in
            let secret = """
                apiVersion: v1
                kind: Secret
                metadata: {name: old, annotations: {kubernetes.io/service-account.name: default}}
                type: kubernetes.io/service-account-token
                """
            try await cluster.kubectl("apply", "-f", "-", input: secret)
            try await cluster.kubectl("wait", "secret/old", "--for=jsonpath={.data.token}", "--timeout=20s")
            let encoded = try await cluster.kubectl("get", "secret", "old", "-o", "jsonpath={.data.token}").output
            let token = String(decoding: try #require(Base64.decode(encoded)), as: UTF8.self)
            let review = "apiVersion: authentication.k8s.io/v1\nkind: TokenReview\nspec: {token: \(token)}\n"
            let answer = try await cluster.kubectl("create", "-o", "yaml", "-f", "-", input: review).output
            #expect(answer.contains("authenticated: true") && answer.contains("system:serviceaccount:default:default"), "\(answer)")
        }
    }

    @Test func aPodUsesItsAccount() async throws {
        let images = """
            images:
              - name: demo/kubectl:1
                command: [/bin/sh, -c]
            """
        let path = "/tmp/slipway-images-\(UInt64.random(in: .min ... .max)).yaml"
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(Array(images.utf8)) }
        try await KubectlCluster.run(runsPods: true, imagesFile: path) { cluster in
            try await cluster.kubectl("create", "clusterrolebinding", "pods", "--clusterrole=view", "--serviceaccount=default:default")
            let script =
                "kubectl --server https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT --certificate-authority $D/ca.crt "
                + "--token $(cat $D/token) --cache-dir /tmp/none-$$ auth whoami -o jsonpath={.status.userInfo.username}"
            let pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: asks}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: c
                    image: demo/kubectl:1
                    args: ['\(script)']
                    env: [{name: D, value: /var/run/secrets/kubernetes.io/serviceaccount}]
                """
            try await cluster.kubectl("apply", "-f", "-", input: pod)
            try await cluster.kubectl("wait", "pod/asks", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s")
            let log = try await cluster.kubectl("logs", "asks").output
            #expect(log.trimmingSpaces.split(separator: "\n") == ["system:serviceaccount:default:default"], "\(log)")
        }
    }
}
