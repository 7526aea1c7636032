import Foundation
import Manifests
import NIOCore
import TestSupport
import Testing

@testable import LocalCluster

/// Commands in containers: streams, ends and limits.
@Suite(.timeLimit(.minutes(5))) struct RemoteCommandTests {
    private func running(_ body: (RunbookCluster) async throws -> Void) async throws {
        let objects = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: one, namespace: shop}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
                - name: main
                  image: nova/shell:1
                  args: [-c, "\(RunbookObjects.idle)"]
                  env: [{name: GREETING, value: hello}]
                  volumeMounts: [{name: notes, mountPath: /notes}]
              volumes: [{name: notes, configMap: {name: notes}}]
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: notes, namespace: shop}, data: {text: remember}}
            """
        try await RunbookCluster.run(objects) { cluster in
            try await cluster.check([.init("kubectl wait -n shop --for=condition=Ready pod/one --timeout=30s", "met")])
            try await body(cluster)
        }
    }

    @Test func streamsAndExitCodes() async throws {
        try await running { cluster in
            try await cluster.check([
                .init("kubectl exec -n shop one -- sh -c 'echo out; echo err >&2; exit 7' 2>/dev/null", "out\n", status: 7),
                .init("kubectl exec -n shop one -- sh -c 'echo out; echo err >&2' >/dev/null", "err\n"),
                .init("kubectl exec -n shop one -- sh -c 'kill -9 $$'", "exit code 137", status: 137),
                .init("kubectl exec -n shop one -- sh -c 'echo $GREETING; cat /notes/text'", "hello\nremember"),
                .init("printf abc | kubectl exec -i -n shop one -- cat", "abc"),
                .init("kubectl exec -i -n shop one -- sh -c 'cat; echo closed' </dev/null", "closed"),
                .init("head -c 5000000 /dev/zero | kubectl exec -i -n shop one -- cat | wc -c", "5000000"),
                .init("kubectl exec -n shop one -- nosuch", "exec: \"nosuch\": executable file not found in $PATH", status: 1),
                .init("kubectl exec -n shop one -- /no/such", "stat /no/such: no such file or directory", status: 1),
                .init("kubectl exec -n shop two -- ls", "pods \"two\" not found", status: 1),
                .init("kubectl exec -n shop one -c other -- ls", "container other is not valid for pod one", status: 1),
            ])
        }
    }

    @Test func aTerminal() async throws {
        try await running { cluster in
            try await cluster.check([
                .init("kubectl exec -it -n shop one -- sh -c 'tty; echo $TERM; exit 3'", "/dev/pts/", "xterm", status: 3, typed: ""),
                .init("stty cols 132 rows 50; kubectl exec -it -n shop one -- sh -c 'sleep 1; stty size'", "50 132", typed: ""),
                // Only a process that is controlled by a terminal can open it by this name.
                .init("kubectl exec -it -n shop one -- sh -c 'echo controlled > /dev/tty'", "controlled", typed: ""),
            ])
        }
    }

    @Test func aCommandEndsWithItsClientAndWithItsContainer() async throws {
        try await running { cluster in
            _ = try await cluster.type("timeout 2 kubectl exec -n shop one -- sh -c 'echo $$ > gone; exec sleep 1000'")
            let pid = try await cluster.type("kubectl exec -n shop one -- cat gone").output.filter(\.isNumber)
            try await eventually("the command has ended", within: .seconds(20)) { !FileManager.default.fileExists(atPath: "/proc/\(pid)") }
            async let command = cluster.type("kubectl exec -n shop one -- sleep 1000")
            try await eventually("it runs", within: .seconds(20)) {
                try await cluster.kubectl.kubectl("exec", "-n", "shop", "one", "--", "true")
                return true
            }
            try await cluster.kubectl.kubectl("delete", "pod", "one", "-n", "shop", "--timeout=20s")
            #expect(try await command.status != 0)
        }
    }

    /// What reaches the API without a WebSocket is told what is missing.
    @Test func otherClientsAreTold() async throws {
        try await running { cluster in
            let output = try await cluster.type(
                "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false kubectl exec -n shop one -- ls;"
                    + " KUBECTL_PORT_FORWARD_WEBSOCKETS=false kubectl port-forward -n shop one 0:80"
            ).output
            #expect(output.contains("over WebSocket only (v5.channel.k8s.io, v4.channel.k8s.io)"), "\(output)")
            #expect(output.contains("through a WebSocket only (SPDY/3.1+portforward.k8s.io)"), "\(output)")
        }
    }

    @Test func theStatusOfAnEnd() {
        #expect(RemoteCommandProtocol.status(exitCode: 0)["status"]?.string == "Success")
        let failure = RemoteCommandProtocol.status(exitCode: 7)
        #expect(failure["reason"]?.string == "NonZeroExitCode")
        #expect(failure["details"]?["causes"]?.array?.first?["message"]?.string == "7")
        #expect(RemoteCommandProtocol.chosen(from: ["v4.channel.k8s.io", "v5.channel.k8s.io"]) == .v5)
        #expect(RemoteCommandProtocol.chosen(from: ["channel.k8s.io"]) == nil)
        #expect(PercentText.values(of: "command", in: "command=a%20b&x=y&command=") == ["a b", ""])
    }
}
