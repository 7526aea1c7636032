import LocalCluster
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// Jobs of the cluster and executables of the repository as tests of a Release.
    @Suite struct TestJobTests {
        private func job(_ script: String) -> String {
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: check}
            spec:
              template:
                spec:
                  containers:
                    - {name: check, image: "sample.example/app:1", command: [/bin/sh, -c, '\(script)']}

            """
        }

        private func files(_ version: String, job script: String, hook: String) -> [String: String?] {
            let policy = """
                  rollback: {automatic: true, watch: 0s}
                  verification:
                    deadline: 60s
                    jobs: [{path: tests/job.yaml, timeout: 40s}]
                    hooks: [{path: hooks/check.sh, timeout: 20s}]

                """
            var files = SampleEnvironment(version: version, policy: policy).files.mapValues { Optional($0) }
            files["tests/job.yaml"] = job(script)
            files["hooks/check.sh"] = "#!/bin/sh\n\(hook)\n"
            return files
        }

        @Test func `a release is proven by its job and its hook, or taken back with their last words`() async throws {
            try await withTemporaryFolder("slipway-tests") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig, access: "hooks: {allow: true}\n")
                    let good = try await repository.push(files("1", job: "echo fine", hook: "test \"$SLIPWAY_ENVIRONMENT\" = only"))
                    var controller = try await installation.start()
                    func push(_ files: [String: String?]) async throws -> String {
                        let revision = try await repository.push(files)
                        try await installation.post("/api/v1/notify")
                        return revision
                    }
                    func jobs() -> [String] { cluster.picture(of: "sample-only").filter { $0.hasPrefix("Job ") } }

                    try await installation.until("it is verified", in: "only", within: .seconds(60)) { $0.isVerified(good) }
                    try await eventually("its Job is gone") { jobs().isEmpty }

                    // Killed while its Job runs: the next start finds the same Job and makes no second.
                    let gate = folder.file("gate")
                    let waits = "while ! test -e \(gate); do sleep 0.1; done; echo broken in release $SLIPWAY_RELEASE; exit 3"
                    let bad = try await push(files("2", job: waits, hook: "true"))
                    try await eventually("its Job runs", within: .seconds(60)) { jobs().count == 1 }
                    try await controller.crash()
                    controller = try await installation.start()
                    try Files.write("", to: gate)
                    var status = try await installation.until("it is taken back", in: "only", within: .seconds(60)) { $0.isRolledBack(bad) }
                    #expect(status["release", "failure", "origin"]?.string == "job", "\(JSON.string(status))")
                    let words = status["release", "failure", "message"]?.string ?? ""
                    #expect(words.contains("last lines: broken in release 2"), "\(words)")
                    try await eventually("its Job is gone") { jobs().isEmpty }

                    try await installation.post("/api/v1/environments/only/resume", ["reason": "on we go"])
                    let hooked = try await push(files("3", job: "echo fine", hook: "echo no good; echo password=hunter22; exit 9"))
                    status = try await installation.until("it is taken back", in: "only", within: .seconds(60)) { $0.isRolledBack(hooked) }
                    let told = status["release", "failure", "message"]?.string ?? ""
                    #expect(told == "hook hooks/check.sh: ended with 9: no good | password=(masked)", "\(told)")
                    try await eventually("its Job is gone") { jobs().isEmpty }

                    // What the API server would not take is known before anything is written.
                    try await installation.post("/api/v1/environments/only/resume", ["reason": "on we go"])
                    var wrong = files("4", job: "true", hook: "true")
                    wrong["tests/job.yaml"] = job("true").replacing("containers:", with: "restartPolicy: Sometimes\n      containers:")
                    let refused = try await push(wrong)
                    status = try await installation.until("it is refused", in: "only", within: .seconds(60)) {
                        $0["release", "phase"]?.string == "failed" && $0["release", "revision", "id"]?.string == refused
                    }
                    #expect(status["release", "failedIn"]?.string == "preflight" && status["hold"]?.string == nil)
                    #expect(status["release", "failure", "message"]?.string?.contains("restartPolicy") == true, "\(JSON.string(status))")
                    try await controller.crash()
                }
            }
        }
    }
}
