import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// The commit of a rollback where remotes are away, race, refuse and ask for signatures.
    @Suite struct RevertTroubleTests {
        private static let quick = "  promotion: {soak: 0s}\n  rollback: {watch: 0s}\n"

        private func files(_ text: String, _ name: String = "alpha", policy: String = quick) -> [String: String?] {
            SampleEnvironment(name: name, version: nil, settings: ["settings": text], policy: policy).files.mapValues { $0 }
        }

        private func actions(_ installation: Installation, _ name: String = "alpha") async throws -> [String] {
            (try await installation.get("/api/v1/audit?limit=500")["entries"]?.array ?? []).filter { $0["environment"]?.string == name }
                .compactMap { $0["action"]?.string }
        }

        @Test func `it is signed, and waits for a remote that is away, also over a restart`() async throws {
            try await withTemporaryFolder("slipway-revert-away") { folder in
                for name in ["dana", "slipway"] {
                    try await tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder.file(name))
                }
                let signers = try ["dana", "slipway"].map { "\($0)@example.com namespaces=\"git\" " + (try folder.text("\($0).pub")) }
                try folder.write(signers.joined(), to: "signers")
                let repository = try await WatchedRepository(in: folder.path)
                for (key, value) in [
                    ("gpg.format", "ssh"), ("user.signingkey", folder.file("dana")), ("commit.gpgsign", "true"),
                    ("gpg.ssh.allowedSignersFile", folder.file("signers")),
                ] { try await repository.git("config", key, value) }
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig,
                        commits: """
                            {require: all, allowedSignersFile: signers}
                              revertCommits: {name: Deploy Bot, email: slipway@example.com, signingKeyFile: slipway}
                            """)
                    let controller = try await installation.start()
                    let one = try await repository.push(files("one"))
                    try await installation.until("one is verified", in: "alpha") { $0.isVerified(one) }
                    let two = try await repository.push(files("two"))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("two is verified", in: "alpha") { $0.isVerified(two) }

                    let away = repository.url + ".away"
                    try await tool("mv", repository.url, away)
                    try await installation.post("/api/v1/environments/alpha/rollback", ["commit": true, "reason": "it is slow"])
                    let waiting = try await installation.until("it was tried twice", in: "alpha") {
                        ($0["hold", "revert", "attempts"]?.integer ?? 0) >= 2
                    }
                    #expect(waiting.isVerified(one) && waiting["hold", "revert", "step"] == "asked")
                    #expect(waiting["hold", "revert", "nextAttemptAt"] != nil)
                    let status = try await installation.slipway("status").text
                    #expect(status.contains("not committed yet") && status.contains("is not there: there is no such folder"), "\(status)")
                    try await controller.crash()

                    let next = try await installation.start()
                    try await installation.until("it is tried on", in: "alpha") { ($0["hold", "revert", "attempts"]?.integer ?? 0) >= 3 }
                    try await tool("mv", away, repository.url)
                    let free = try await installation.until("the hold has ended", in: "alpha") { $0["hold"] == nil }
                    try await repository.git("fetch", "-q", "origin")
                    let made = try await repository.git("rev-parse", "origin/main").split(separator: "\n").joined()
                    #expect(free["verified", "id"]?.string == made, "this controller's own commit policy takes it")
                    try await repository.git("verify-commit", made)
                    #expect(try await repository.git("log", "-1", "--format=%G? %GS %an", made) == "G slipway@example.com Deploy Bot\n")
                    let seen = try await actions(installation).filter { $0.hasPrefix("rollback.commit") }
                    #expect(seen == ["rollback.commitRequested", "rollback.commitDelayed", "rollback.committed"], "once at each end")

                    // Without the key nothing can be made, and nothing is begun.
                    try await tool("mv", folder.file("slipway"), folder.file("slipway.away"))
                    let without = try await installation.slipway("rollback", "alpha", "--to", two, "--commit", "--reason", "back again")
                    #expect(without.ending == .exited(1) && without.text.contains("so no commit can be signed"), "\(without.text)")
                    #expect(try await installation.environment("alpha")["hold"] == nil)
                    try await next.crash()
                }
            }
        }

        @Test func `somebody pushes meanwhile, a hook refuses with a secret, and the branch moves on`() async throws {
            try await withTemporaryFolder("slipway-revert-race") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                func hook(_ name: String, _ script: String) async throws {
                    try Files.write("#!/bin/sh\n\(script)", to: "\(repository.url)/hooks/\(name)")
                    try await tool("chmod", "+x", "\(repository.url)/hooks/\(name)")
                }
                func side(_ files: [String: String?]) async throws -> String {
                    for (name, text) in files { if let text { try Files.write(text, to: "\(folder.path)/work/\(name)") } }
                    try await repository.git("add", "-A")
                    try await repository.git("commit", "-q", "-m", "Somebody else")
                    try await repository.git("push", "-q", "-f", "origin", "HEAD:side")
                    return try await repository.git("rev-parse", "HEAD").split(separator: "\n").joined()
                }
                try folder.write("hunter2", to: "token")
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig, commits: "{}\n  tokenFile: token")
                    let controller = try await installation.start()
                    let one = try await repository.push(files("one"))
                    try await installation.until("one is verified", in: "alpha") { $0.isVerified(one) }
                    let two = try await repository.push(files("two"))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("two is verified", in: "alpha") { $0.isVerified(two) }

                    try await hook("pre-receive", "printf 'no \\033[31mdeploys\\033[0m with hunter2\\n' >&2\nexit 1\n")
                    let refused = try await installation.slipway("rollback", "alpha", "--commit", "--reason", "it is slow")
                    #expect(refused.ending == .exited(1), "\(refused.text)")
                    #expect(
                        refused.text.contains("It says: no [31mdeploys [0m with <redacted>. Again: slipway revert alpha"), "\(refused.text)"
                    )
                    let held = try await installation.environment("alpha")
                    #expect(
                        held["hold", "revert", "step"] == "failed" && held["hold", "revert", "attempts"] == nil, "a rule is not asked twice"
                    )

                    // Between the look at the branch and the push, within the push itself.
                    try Files.remove(repository.url + "/hooks/pre-receive")
                    let theirs = try await side(["note.txt": "theirs"])
                    try await hook("update", "[ \"$3\" = \(theirs) ] && exit 0\nrm \"$0\"; git update-ref refs/heads/main \(theirs)\n")
                    let done = try await installation.slipway("revert", "alpha", "--reason", "now")
                    #expect(done.ending == .exited(0), "\(done.text)")
                    try await installation.until("the hold has ended", in: "alpha") { $0["hold"] == nil }
                    try await repository.git("pull", "-q", "--ff-only", "origin", "main")
                    let log = try await repository.git("log", "--format=%H %s", "-3").split(separator: "\n")
                    #expect(log[0].contains("Roll back alpha") && log[1].hasPrefix(theirs) && log[2].hasPrefix(two), "\(log)")
                    #expect(!Files.exists(repository.url + "/hooks/update"), "the push was overtaken once")

                    // On top of the commit of the next rollback comes another change of the same file, at once.
                    let three = try await repository.push(files("three"))
                    try await installation.post("/api/v1/notify")
                    try await installation.until("three is verified", in: "alpha") { $0.isVerified(three) }
                    let four = try await side(files("four"))
                    let identity = "GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@y GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@y"
                    try await hook(
                        "post-receive",
                        "rm \"$0\"; git update-ref refs/heads/main $(\(identity) git commit-tree -p main -m On \(four)^{tree})\n")
                    try await installation.post("/api/v1/environments/alpha/rollback", ["commit": true, "reason": "it is slow again"])
                    let moved = try await installation.until("it has moved on", in: "alpha") { $0["hold", "revert", "step"] == "failed" }
                    #expect(moved["hold", "revert", "message"]?.string?.contains("it has moved on:") == true, "\(JSON.string(moved))")
                    try await installation.until("what came on top waits, since the hold stays", in: "alpha") {
                        $0["release", "phase"] == "blocked" && $0["hold"] != nil
                    }
                    // And the next one is thrown away with the branch's history.
                    try await hook("post-receive", "rm \"$0\"; git update-ref refs/heads/main \(four)\n")
                    try await installation.post("/api/v1/environments/alpha/revert", ["reason": "this too"])
                    try await installation.until("it is gone", in: "alpha") {
                        $0["hold", "revert", "message"]?.string?.contains("is not in it any more: the branch was rewritten") == true
                    }
                    let again = try await installation.slipway("revert", "alpha", "--reason", "once more")
                    #expect(again.ending == .exited(0), "\(again.text)")
                    try await installation.until("the hold has ended", in: "alpha") { $0["hold"] == nil }
                    try await installation.until("what waited is withdrawn", in: "alpha") { $0["release", "phase"] == "cancelled" }
                    try await repository.git("fetch", "-q", "origin")
                    let text = try await repository.git("show", "origin/main:environments/alpha/app.yaml")
                    #expect(text.contains("text: one"), "\(text)")
                    try await controller.crash()
                }
            }
        }

        @Test func `a group goes back by one commit, which frees each of them, and is asked for again for all`() async throws {
            try await withTemporaryFolder("slipway-revert-group") { folder in
                let repository = try await WatchedRepository(in: folder.path)
                func both(_ text: String, policy: String = Self.quick) -> [String: String?] {
                    var all = files(text, "alpha", policy: policy).merging(files(text, "beta", policy: policy)) { $1 }
                    all["manifests/app/kustomization.yaml"] = "resources: [settings.yaml]\n"
                    all["manifests/app/settings.yaml"] =
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata: {text: \(text)}\n"
                    for name in ["alpha", "beta"] {
                        all["environments/\(name)/kustomization.yaml"] =
                            "namespace: sample-\(name)\nresources: [../../manifests/app, app.yaml]\n"
                    }
                    return all
                }
                let one = try await repository.push(both("one"))
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig)
                    let controller = try await installation.start()
                    for name in ["alpha", "beta"] {
                        try await installation.until("one is verified", in: name) { $0.isVerified(one) }
                    }
                    let two = try await repository.push(both("two"))
                    try await installation.post("/api/v1/notify")
                    for name in ["alpha", "beta"] { try await installation.until("two is verified", in: name) { $0.isVerified(two) } }
                    // From here on they are a group. Nothing is deployed for that.
                    let grouped = try await repository.push(
                        both("two", policy: "  promotion: {soak: 0s, group: web}\n  rollback: {watch: 0s}\n"))
                    try await installation.post("/api/v1/notify")
                    for name in ["alpha", "beta"] {
                        try await installation.until("it is in the group", in: name) { $0["verified", "id"]?.string == grouped }
                    }

                    let hook = repository.url + "/hooks/pre-receive"
                    try Files.write("#!/bin/sh\nexit 1\n", to: hook)
                    try await tool("chmod", "+x", hook)
                    let refused = try await installation.slipway("rollback", "web", "--group", "--commit", "--reason", "it is slow")
                    #expect(refused.ending == .exited(1) && refused.text.contains("Again: slipway revert web --group"), "\(refused.text)")
                    for name in ["alpha", "beta"] {
                        let held = try await installation.environment(name)
                        #expect(held["hold", "revert"]?["step"] == "failed" && held["hold", "revert", "group"] == "web")
                    }
                    try Files.remove(hook)
                    let again = try await installation.slipway("revert", "web", "--group", "--reason", "now")
                    #expect(again.ending == .exited(0), "\(again.text)")
                    for name in ["alpha", "beta"] { try await installation.until("the hold has ended", in: name) { $0["hold"] == nil } }
                    try await repository.git("pull", "-q", "--ff-only", "origin", "main")
                    #expect(try await repository.git("log", "--format=%s", "-1").hasPrefix("Roll back group web (alpha, beta)"))
                    #expect(try await repository.git("rev-parse", "HEAD^") == grouped + "\n", "one commit")
                    let differs = try await repository.git("diff", "--name-only", one, "HEAD").split(separator: "\n")
                    #expect(differs == ["environments/alpha/environment.yaml", "environments/beta/environment.yaml"], "the rules stay")
                    let none = try await installation.slipway("revert", "web", "--group", "--reason", "once more")
                    #expect(none.ending == .exited(1) && none.text.contains("alpha is not held"), "\(none.text)")
                    #expect(try await actions(installation, "beta").count { $0 == "rollback.committed" } == 1)
                    try await controller.crash()
                }
            }
        }
    }
}
