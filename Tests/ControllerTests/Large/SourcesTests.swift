import Foundation
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// Objects that come from more than an overlay: a chart, variables, a base of another host.
    @Suite struct SourcesTests {
        @Test func `a chart and variables are a Release like any other, and a host that is gone holds up no one`() async throws {
            try await withTemporaryFolder("slipway-sources") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                let first = try await repository.push(chart("one"))
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig,
                        access: "render: {helm: ./helm, remoteBases: {hosts: ['http://127.0.0.1:1']}}\n")
                    try standIn(folder)
                    let controller = try await installation.start()
                    let seen = try await installation.until("the chart is deployed", in: "charted") { $0.isVerified(first) }
                    #expect(seen["renderedWith"] == "helm v9.9.9+stand-in")
                    #expect(
                        cluster.picture(of: "sample-charted").contains { $0.contains("ConfigMap chart") && $0.contains("\"text\":\"one\"") }
                    )

                    var second = chart("two")
                    second["environments/remote/environment.yaml"] = policy("remote", "")
                    let url = "http://127.0.0.1:1/org/base//web?ref=\(String(repeating: "a", count: 40))"
                    second["environments/remote/kustomization.yaml"] = "resources: ['\(url)']\n"
                    let revision = try await repository.push(second)
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the new value is deployed", in: "charted") { $0.isVerified(revision) }
                    #expect(
                        cluster.picture(of: "sample-charted").contains { $0.contains("ConfigMap chart") && $0.contains("\"text\":\"two\"") }
                    )
                    let waiting = try await installation.until("the base is said to be missing", in: "remote") { $0["problem"] != nil }
                    #expect(waiting["problem"]?.string?.contains("cannot be reached") == true)
                    // It is looked at again although the branch stays where it is.
                    let problem = try await eventually("the repository is told to be incomplete", within: .seconds(30)) {
                        try await installation.get("/api/v1/status")["repository", "problem"]?.string
                    }
                    #expect(problem.contains("names remote bases whose hosts do not answer"))

                    second["environments/remote/kustomization.yaml"] = "configMapGenerator: [{name: own, literals: [a=b]}]\n"
                    let third = try await repository.push(second)
                    try await installation.post("/api/v1/notify")
                    try await installation.until("the mended one is deployed", in: "remote") { $0.isVerified(third) }
                    try await controller.crash()

                    // Another helm, or none, changes nothing of what was merged: it stays what it was rendered to.
                    for (number, broken) in ["echo broken >&2; exit 1", "echo 'data: {text: other}'"].enumerated() {
                        try standIn(folder, broken)
                        let again = try await installation.start()
                        try await eventually("it is said that what is known stays", within: .seconds(30)) {
                            try Files.text(installation.log).split(separator: "\n").count { $0.contains("what it rendered to then stays") }
                                == number + 1
                        }
                        let status = try await installation.until("it has looked", in: "charted") { $0["health"]?.string == "healthy" }
                        #expect(status.isVerified(revision) || status.isVerified(third))
                        #expect(status["problem"] == nil, "\(JSON.string(status))")
                        let releases = try await installation.get("/api/v1/history")["releases"]?.array ?? []
                        #expect(releases.count { $0["environment"]?.string == "charted" } == 2)
                        try await again.crash()
                    }
                }
            }
        }

        private func policy(_ name: String, _ more: String) -> String {
            """
            apiVersion: slipway.dev/v1
            kind: Environment
            metadata: {name: \(name)}
            spec:
              target: {namespace: sample-\(name), createNamespace: true}
              rollback: {watch: 0s}
            \(more)
            """
        }

        private func chart(_ text: String) -> [String: String?] {
            [
                "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
                "environments/charted/environment.yaml": policy(
                    "charted", "  helm: {chart: charts/web, releaseName: web}\n  variables: {values: {TEXT: \(text)}}\n"),
            ]
        }

        private func standIn(_ folder: TemporaryFolder, _ more: String = "") throws {
            try folder.write(
                """
                #!/bin/sh
                if [ "$1" = version ]; then echo v9.9.9+stand-in; exit 0; fi
                \(more)
                echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: chart}'; echo 'data: {text: "${TEXT}"}'
                """, to: "helm")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("helm"))
        }
    }
}
