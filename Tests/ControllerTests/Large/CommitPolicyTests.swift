import Console
import Manifests
import TestSupport
import Testing

extension LargeTests {
    /// A running controller that deploys signed commits only, and asks for a person where protected paths change.
    @Suite struct CommitPolicyTests {
        @Test func `an unsigned commit is shown and never deployed, and a protected path asks for a person`() async throws {
            try await withTemporaryFolder("slipway-commits") { folder in
                let key = folder.file("key")
                try await tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key)
                try folder.write("dana@example.com namespaces=\"git\" " + (try Files.text(key + ".pub")), to: "signers")
                let repository = try await WatchedRepository(in: folder.path)
                try await repository.git("config", "gpg.format", "ssh")
                try await repository.git("config", "user.signingkey", key)
                try await repository.git("config", "commit.gpgsign", "true")
                try await withCluster(in: folder.file("cluster")) { cluster in
                    let installation = try Installation(
                        in: folder.path, repository: repository, kubeconfig: cluster.kubeconfig,
                        access: """
                            access:
                              grants: [{identity: "socket:\(UserNames.current)", roles: [admin], emails: [ops@example.com]}]

                            """,
                        commits:
                            "{require: all, allowedSignersFile: signers, protectedPaths: [{paths: [\"hooks/**\"], role: security}]}")
                    let controller = try await installation.start()
                    let first = try await repository.push(environment("one"))
                    try await installation.until("the first is verified", in: "alpha") { $0.isVerified(first) }

                    try await repository.git("config", "commit.gpgsign", "false")
                    let unsigned = try await repository.push(environment("two"), message: "Unsigned")
                    let refused = try await installation.until("the second is refused", in: "alpha") {
                        $0["problem"]?.string?.hasPrefix(unsigned.prefix(10)) == true
                    }
                    #expect(
                        refused["problem"]?.string?.contains("the commit policy refuses it: it (\"Unsigned\" by Dana Developer") == true)
                    #expect(refused.isVerified(first))
                    let notice = try await installation.get("/api/v1/status")["repository", "notice"]?.string ?? ""
                    #expect(notice.contains("is refused by the commit policy"), "\(notice)")
                    let forced = try await installation.slipway(
                        "deploy", "alpha", "--revision", unsigned, "--force", "--reason", "never mind")
                    #expect(forced.ending == .exited(1) && forced.text.contains("the commit policy refuses it"), "\(forced.text)")
                    let audit = try await installation.get("/api/v1/audit")["entries"]?.array ?? []
                    #expect(audit.count { $0["action"]?.string == "commit.refused" } == 1)

                    try await repository.git("config", "commit.gpgsign", "true")
                    let signed = try await repository.push([:], message: "Signed", amending: true)
                    try await installation.until("the signed one is verified", in: "alpha") { $0.isVerified(signed) }

                    // Nothing of the objects changes, and still a person is asked.
                    let hook = try await repository.push(["hooks/check.sh": "#!/bin/sh\nexit 0\n"], message: "A hook")
                    try await installation.until("a person is asked", in: "alpha") {
                        $0["release", "phase"]?.string == "blocked" && $0["release", "revision", "id"]?.string == hook
                    }
                    #expect(try await installation.slipway("status").text.contains("security"))
                    let approved = try await installation.slipway("approve", "alpha", "--reason", "looked at it")
                    #expect(approved.ending == .exited(0), "\(approved.text)")
                    try await installation.until("the hook is verified", in: "alpha") { $0.isVerified(hook) }
                    try await controller.crash()

                    // A branch that was put back while nobody looked.
                    try await repository.git("push", "-q", "-f", "origin", "\(signed):main")
                    let again = try await installation.start()
                    try await eventually("the older one is refused", within: .seconds(30)) {
                        let notice = try await installation.get("/api/v1/status")["repository", "notice"]?.string
                        return notice?.contains("went back to it from \(hook.prefix(10))") == true
                    }
                    #expect(try await installation.environment("alpha").isVerified(hook))
                    try await again.crash()
                }
            }
        }

        private func environment(_ text: String) -> [String: String?] {
            SampleEnvironment(
                name: "alpha", version: nil, settings: ["settings": text], policy: "  promotion: {soak: 0s}\n  rollback: {watch: 0s}\n"
            ).files.mapValues { $0 }
        }
    }
}
