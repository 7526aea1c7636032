import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A rollback that brings the branch back as well, over the real command line, a real remote and its hooks.
    @Suite struct RevertTests {
        private static let quick = "  promotion: {soak: 0s}\n  rollback: {watch: 0s}\n"

        private func files(_ name: String, _ text: String) -> [String: String?] {
            SampleEnvironment(name: name, version: nil, settings: ["settings": text], policy: Self.quick).files.mapValues { $0 }
        }

        @Test func `the commit is refused, then pushed, and ends the hold`() async throws {
            try await withTemporaryFolder("slipway-revert") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                let hook = repository.url + "/hooks/pre-receive"
                let one = try await repository.push(files("alpha", "one").merging(files("beta", "one")) { $1 })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("one is verified", in: "alpha") { $0.isVerified(one) }
                    let two = try await repository.push(files("alpha", "two").merging(files("beta", "two")) { $1 })
                    try await installation.post("/api/v1/notify")
                    try await installation.until("two is verified", in: "alpha") { $0.isVerified(two) }
                    try await installation.until("two is verified there", in: "beta") { $0.isVerified(two) }

                    let early = try await installation.slipway("revert", "alpha")
                    #expect(early.ending == .exited(1) && early.text.contains("is not held"), "\(early.text)")
                    try Files.write("#!/bin/sh\necho 'frozen until Monday' >&2\nexit 1\n", to: hook)
                    try await tool("chmod", "+x", hook)
                    let refused = try await installation.slipway("rollback", "alpha", "--commit", "--reason", "it is slow")
                    #expect(refused.ending == .exited(1), "\(refused.text)")
                    #expect(refused.text.contains("alpha runs \(one.prefix(10)), verified"), "\(refused.text)")
                    #expect(refused.text.contains("It says: frozen until Monday. Again: slipway revert alpha"), "\(refused.text)")
                    let held = try await installation.environment("alpha")
                    #expect(held["hold", "revert"]?["step"] == "failed" && held.isVerified(one))
                    #expect(try await installation.slipway("status").text.contains("NOT COMMITTED"))

                    try Files.remove(hook)
                    let third = try await repository.push(["unrelated.txt": "a note"])
                    let done = try await installation.slipway("revert", "alpha", "--reason", "now it may")
                    #expect(done.ending == .exited(0), "\(done.text)")
                    try await repository.git("fetch", "-q", "origin")
                    let head = try await repository.git("rev-parse", "origin/main").trimmed
                    #expect(try await repository.git("rev-parse", "origin/main^").trimmed == third)
                    let changed = try await repository.git("diff", "--name-only", third, head).trimmed
                    #expect(changed == "environments/alpha/app.yaml", "beta keeps what it has: \(changed)")
                    let message = try await repository.git("log", "-1", "--format=%an%n%B", "origin/main")
                    #expect(message.hasPrefix("Slipway\nRoll back alpha to \(one.prefix(10))"), "\(message)")
                    for trailer in [
                        "Slipway-Environment: alpha", "Slipway-From: \(two)", "Slipway-To: \(one)", "Slipway-Reason: now it may",
                    ] { #expect(message.contains("\n\(trailer)\n"), "\(message)") }

                    let free = try await installation.until("the hold has ended", in: "alpha") {
                        $0["hold"] == nil && $0["verified", "id"]?.string == head
                    }
                    #expect(free["release", "kind"] == "rollback", "nothing was deployed for it")
                    try await installation.until("beta moves on without a release", in: "beta") { $0["verified", "id"]?.string == head }
                    let actions = (try await installation.get("/api/v1/audit?limit=200")["entries"]?.array ?? []).filter {
                        $0["environment"] == "alpha"
                    }
                    let committed = try #require(actions.first { $0["action"] == "rollback.committed" })
                    #expect(committed["revision"]?.string == head && committed["outcome"]?.string?.hasPrefix("1 files as in") == true)
                    #expect(actions.contains { $0["action"] == "rollback.commitFailed" })
                    #expect(actions.contains { $0["action"] == "hold.lifted" && $0["actor"] == "slipway" })
                    #expect(actions.contains { $0["action"] == "bundle.quarantined" })
                    try await controller.crash()
                }
            }
        }

        @Test func `what others are made from goes back only when that is meant, and a death on the way costs nothing`() async throws {
            try await withTemporaryFolder("slipway-revert-shared") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                func shared(_ text: String) -> [String: String?] {
                    var all: [String: String?] = [
                        "manifests/app/kustomization.yaml": "resources: [settings.yaml]\n",
                        "manifests/app/settings.yaml":
                            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {text: \(text)}\n",
                    ]
                    for name in ["alpha", "beta"] {
                        all.merge(files(name, "unused")) { $1 }
                        all["environments/\(name)/app.yaml"] = .some(nil)
                        all["environments/\(name)/kustomization.yaml"] = "namespace: sample-\(name)\nresources: [../../manifests/app]\n"
                    }
                    return all
                }
                let one = try await repository.push(shared("one").filter { !$0.key.hasSuffix("app.yaml") })
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    try await installation.until("one is verified", in: "alpha") { $0.isVerified(one) }
                    let two = try await repository.push(["manifests/app/settings.yaml": shared("two")["manifests/app/settings.yaml"] ?? nil]
                    )
                    try await installation.post("/api/v1/notify")
                    for name in ["alpha", "beta"] { try await installation.until("two is verified", in: name) { $0.isVerified(two) } }

                    let refused = try await installation.slipway("rollback", "alpha", "--commit", "--reason", "it is slow")
                    #expect(refused.ending == .exited(1), "\(refused.text)")
                    #expect(
                        refused.text.contains("manifests/app/settings.yaml would go back, and beta with it")
                            && refused.text.contains("slipway revert alpha --include-shared"), "\(refused.text)")
                    #expect(try await repository.git("ls-remote", "origin", "main").hasPrefix(two))
                    try await installation.post("/api/v1/environments/alpha/revert", ["includeShared": true, "reason": "both"])
                    try await controller.crash()

                    let next = try await installation.start()
                    try await installation.until("the hold has ended", in: "alpha") { $0["hold"] == nil }
                    try await repository.git("fetch", "-q", "origin")
                    let head = try await repository.git("rev-parse", "origin/main").trimmed
                    #expect(
                        try await repository.git("rev-parse", "origin/main^").trimmed == two, "one commit, and no second after the restart")
                    #expect(try await repository.git("log", "-1", "--format=%B", "origin/main").contains("Slipway-Also-Changes: beta"))
                    let beta = try await installation.until("beta follows as it follows all", in: "beta") { $0.isVerified(head) }
                    #expect(beta["hold"] == nil)
                    try await next.crash()
                }
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String { split(whereSeparator: \.isNewline).joined(separator: "\n") }
}
