import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// What people do to a repository: none of it disturbs what runs, each is said in its own words, and a good commit puts it right.
    @Suite struct RepositoryTroubleTests {
        @Test func `a broken revision is recorded with its place and disturbs no one; the next good one is deployed`() async throws {
            try await withTemporaryFolder("slipway-trouble") { folder in
                let alpha = environment("alpha", "one", soak: "3s")
                let beta = environment("beta", "one")
                let repository = try await WatchedRepository(in: folder.path)
                let first = try await repository.push(files(alpha, beta))
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("alpha has the first", in: "alpha") { $0.isVerified(first) }
                    let second = try await repository.push(files(environment("alpha", "two", soak: "3s")))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("alpha soaks the second", in: "alpha") {
                        $0["release", "phase"]?.string == "soaking" && $0["release", "revision", "id"]?.string == second
                    }

                    var broken = files(environment("beta", "three"))
                    broken["environments/alpha/app.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [settings\ndata: {text: x}\n"
                    let third = try await repository.push(broken)
                    try await installation.post("/api/v1/notify")
                    let seen = try await installation.until("the problem is shown", in: "alpha") { $0["problem"] != nil }
                    #expect(seen["problem"]?.string?.contains(/environments\/alpha\/app\.yaml:\d+:\d+/) == true)
                    #expect(seen["problem"]?.string?.hasPrefix(third.prefix(7)) == true)
                    #expect(seen["release", "revision", "id"]?.string == second)
                    let printed = try JSON.parse(Array(try await installation.slipway("status", "alpha", "-o", "json").text.utf8))
                    #expect(printed["environments"]?.array?.first?["problem"] == seen["problem"])
                    try await installation.until("alpha's release ends well", in: "alpha") { $0.isVerified(second) }
                    try await installation.until("beta takes the third", in: "beta") { $0.isVerified(third) }

                    let fourth = try await repository.push(files(environment("alpha", "four", soak: "0s"), environment("beta", "four")))
                    try await installation.post("/api/v1/notify")
                    let after = try await installation.until("alpha takes the fourth", in: "alpha") { $0.isVerified(fourth) }
                    #expect(after["problem"] == nil)
                    let releases = try await installation.get("/api/v1/history?environment=alpha")["releases"]?.array ?? []
                    #expect(releases.map { $0["revision", "id"]?.string } == [fourth, second, first])
                    #expect(releases.allSatisfy { $0["phase"]?.string == "verified" })
                    try await controller.crash()
                }
            }
        }

        @Test func `an empty, an unreachable, a branchless and a rewritten remote are told apart and recover by themselves`() async throws {
            try await withTemporaryFolder("slipway-trouble") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await problem(of: installation) { $0?.contains("is empty: it has no commit yet") == true }

                    let first = try await repository.push(files(environment("alpha", "one")))
                    try await installation.until("alpha has the first", in: "alpha") { $0.isVerified(first) }
                    try await problem(of: installation) { $0 == nil }

                    try await tool("mv", repository.url, repository.url + ".away")
                    try await installation.post("/api/v1/notify")
                    try await problem(of: installation) { $0?.contains(repository.url) == true }
                    try await tool("mv", repository.url + ".away", repository.url)
                    try await problem(of: installation) { $0 == nil }

                    try await repository.git("push", "-q", "origin", "HEAD:other")
                    try await tool("git", "--git-dir", repository.url, "update-ref", "-d", "refs/heads/main")
                    try await installation.post("/api/v1/notify")
                    try await problem(of: installation) { $0?.contains("has no branch main (it has other)") == true }
                    #expect(try await installation.environment("alpha").isVerified(first))

                    let second = try await repository.push(files(environment("alpha", "two")))
                    try await installation.until("alpha has the second", in: "alpha") { $0.isVerified(second) }
                    try await problem(of: installation) { $0 == nil }

                    let rewritten = try await repository.push(files(environment("alpha", "other")), message: "Rewritten", amending: true)
                    try await installation.until("alpha has the rewritten one", in: "alpha") { $0.isVerified(rewritten) }
                    #expect(try Files.text(installation.log).contains("the branch was rewritten"))
                    let notice = try await installation.get("/api/v1/status")["repository", "notice"]?.string ?? ""
                    #expect(notice.contains("the branch main was rewritten"), "\(notice)")
                    try await controller.crash()
                }
            }
        }

        /// ConfigMaps only: a Release of it takes a moment.
        private func environment(_ name: String, _ text: String, soak: String = "0s") -> SampleEnvironment {
            SampleEnvironment(
                name: name, version: nil, settings: ["settings": text],
                policy: "  promotion: {soak: \(soak)}\n  rollback: {watch: 0s}\n")
        }

        private func files(_ environments: SampleEnvironment...) -> [String: String?] {
            environments.reduce(into: [:]) { files, environment in
                for (path, text) in environment.files { files[path] = text }
            }
        }

        /// Waits until the remote's problem is as expected.
        private func problem(of installation: Installation, _ condition: (String?) -> Bool) async throws {
            var last: String?
            do {
                try await eventually("the remote's state is told", within: .seconds(30)) {
                    last = try await installation.get("/api/v1/status")["repository", "problem"]?.string
                    return condition(last)
                }
            } catch {
                throw LargeFailure("\(error); last problem: \(last ?? "none")")
            }
        }
    }
}
