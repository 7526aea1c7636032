import Git
import Testing

@testable import Controller

/// Which heads of a branch are taken: real repositories, real keys.
@Suite struct CommitPolicyTests {
    /// A controller's policy over a mirror, as it is from one start to the next.
    private struct Installation {
        let fixture: SignedFixture
        var rules: CommitRules.Signatures
        var signersFile: String { fixture.repository.folder + "/signers" }
        var acceptedFile: String { fixture.repository.folder + "/accepted-commit" }

        init(_ fixture: SignedFixture, require: CommitRules.Required = .all) throws {
            self.fixture = fixture
            rules = CommitRules.Signatures(require: require)
            rules.allowedSignersFile = signersFile
            try write(try fixture.signers(), to: signersFile)
        }

        func start(lastDeployable: CommitID? = nil) throws -> CommitPolicy {
            CommitPolicy(
                rules, mirror: try fixture.repository.mirror(), branch: "main", accepted: AcceptedCommit(path: acceptedFile),
                lastDeployable: { lastDeployable })
        }

        /// What a new start says of the remote's head.
        func judge(_ head: CommitID, lastDeployable: CommitID? = nil) async throws -> String? {
            _ = try await fixture.repository.mirror().fetch()
            return try await start(lastDeployable: lastDeployable).judge(head)?.reason
        }
    }

    @Test func theFirstHeadAloneIsVerifiedAndThenEachCommit() async throws {
        try await SignedFixture.with { fixture async throws in
            let installation = try Installation(fixture)
            _ = try await fixture.push(key: nil)
            let first = try await fixture.push(["a.txt": "2"], key: fixture.ada)
            #expect(try await installation.judge(first) == nil)

            let unsigned = try await fixture.push(["a.txt": "3"], key: nil, message: "Three")
            let refused = try await installation.judge(unsigned)
            #expect(
                refused
                    == "it (\"Three\" by Ada <ada@example.com>) is not signed, and the controller deploys signed commits only. To have it deployed, sign it and push again: git commit --amend --no-edit -S"
            )
            // A signed head does not cover the unsigned commit below it, unless the operator says so.
            let covering = try await fixture.push(["a.txt": "4"], key: fixture.ada)
            #expect(try await installation.judge(covering)?.hasPrefix("commit \(unsigned.short) below it (\"Three\" by Ada") == true)
            var lenient = installation
            lenient.rules.require = .head
            #expect(try await lenient.judge(covering) == nil)
            // Then it is the base.
            let next = try await fixture.push(["a.txt": "5"], key: fixture.ada)
            #expect(try await installation.judge(next) == nil)
        }
    }

    @Test func bothSidesOfAMergeAreVerified() async throws {
        try await SignedFixture.with { fixture async throws in
            let installation = try Installation(fixture)
            let base = try await fixture.push(key: fixture.ada)
            #expect(try await installation.judge(base) == nil)
            let repository = fixture.repository
            try await repository.git("checkout", "-q", "-b", "side")
            let side = try await fixture.push(["b.txt": "b"], key: fixture.eve)
            try await repository.git("checkout", "-q", "main")
            _ = try await fixture.push(["a.txt": "two"], key: fixture.ada)
            try await repository.git("merge", "-q", "--no-edit", "-S", "side")
            try await repository.git("push", "-q", "-f", "origin", "HEAD:main")
            let refused = try await installation.judge(try await repository.head())
            #expect(refused?.hasPrefix("commit \(side.short) below it") == true, "\(refused ?? "taken")")
            #expect(refused?.contains("is signed by the key SHA256:") == true)
        }
    }

    @Test func aBranchThatGoesBackOrIsRewrittenIsRefused() async throws {
        try await SignedFixture.with { fixture async throws in
            var installation = try Installation(fixture)
            let first = try await fixture.push(key: fixture.ada)
            let second = try await fixture.push(["a.txt": "2"], key: fixture.ada)
            #expect(try await installation.judge(second) == nil)

            try await fixture.repository.git("push", "-q", "-f", "origin", "\(first):refs/heads/main")
            let back = try await installation.judge(first)
            #expect(
                back?.hasPrefix("the branch main went back to it from \(second.short), which was taken already: an older version") == true)
            #expect(back?.hasSuffix("The operator can allow it: repository.commits.allowRewind: true") == true)

            try await fixture.repository.git("reset", "-q", "--hard", "\(first)")
            let other = try await fixture.push(["a.txt": "other"], key: fixture.ada)
            #expect(try await installation.judge(other)?.hasPrefix("the branch main was rewritten: it does not descend") == true)

            // A revert on top goes forward.
            try await fixture.repository.git("reset", "-q", "--hard", "\(second)")
            let revert = try await fixture.push(["a.txt": "one"], key: fixture.ada)
            #expect(try await installation.judge(revert) == nil)

            installation.rules.allowsRewind = true
            try await fixture.repository.git("push", "-q", "-f", "origin", "\(first):refs/heads/main")
            #expect(try await installation.judge(first) == nil)
            #expect(try read(installation.acceptedFile) == Array("\(first)\n".utf8))
        }
    }

    /// Without the operator's file of what was taken, what was deployed before is the base.
    @Test func aPolicyThatIsSwitchedOnBeginsWithWhatIsDeployed() async throws {
        try await SignedFixture.with { fixture async throws in
            let installation = try Installation(fixture)
            let deployed = try await fixture.push(key: nil)
            let unsigned = try await fixture.push(["a.txt": "2"], key: nil)
            let head = try await fixture.push(["a.txt": "3"], key: fixture.ada)
            let refused = try await installation.judge(head, lastDeployable: deployed)
            #expect(refused?.hasPrefix("commit \(unsigned.short) below it") == true)
            #expect(try await installation.judge(head, lastDeployable: unsigned) == nil)
        }
    }

    @Test func tooManyCommitsAreRefusedAndNotPassedOver() async throws {
        try await SignedFixture.with { fixture async throws in
            var installation = try Installation(fixture)
            installation.rules.maxCommits = 2
            let base = try await fixture.push(key: fixture.ada)
            #expect(try await installation.judge(base) == nil)
            var head = base
            for number in 1...3 { head = try await fixture.push(["a.txt": "\(number)"], key: fixture.ada) }
            #expect(try await installation.judge(head)?.hasPrefix("more than 2 commits lie between it and \(base.short)") == true)
        }
    }

    @Test func keysThatComeAndGo() async throws {
        try await SignedFixture.with { fixture async throws in
            let installation = try Installation(fixture)
            let head = try await fixture.push(key: fixture.eve)
            _ = try await fixture.repository.mirror().fetch()
            let policy = try installation.start()
            #expect(try await policy.judge(head)?.reason.contains("which is not among the operator's") == true)
            #expect(try await !policy.isDueAgain(head))
            let eve = "eve@example.com \(try fixture.publicKey(fixture.eve))\n"
            try write(try fixture.signers() + Array(eve.utf8), to: installation.signersFile)
            #expect(try await policy.isDueAgain(head))
            #expect(try await policy.judge(head) == nil)
            #expect(try await !policy.isDueAgain(head))

            // It stays when the key expires later, and goes when the operator takes the key away.
            let expired = "eve@example.com valid-before=\"20200101\" \(try fixture.publicKey(fixture.eve))\n"
            try write(Array(expired.utf8), to: installation.signersFile)
            #expect(try await installation.judge(head) == nil)
            try write(try fixture.signers(), to: installation.signersFile)
            #expect(try await installation.judge(head)?.contains("which is not among the operator's") == true)
        }
    }

    @Test func whatCannotBeFoundOutIsNeverAPass() async throws {
        try await SignedFixture.with { fixture async throws in
            let installation = try Installation(fixture)
            let head = try await fixture.push(key: fixture.ada)
            func error(_ body: () throws -> Void) async throws -> String {
                try body()
                do {
                    _ = try await installation.judge(head)
                    return "it was judged"
                } catch let error as ControllerError {
                    return error.message
                }
            }
            #expect(try await error { try write(Array("x".utf8), to: installation.acceptedFile) }.contains("holds no commit's name"))
            try write([], to: installation.acceptedFile)
            #expect(try await error {}.contains("holds no commit's name"))
            try await tool("rm", installation.acceptedFile, installation.signersFile)
            #expect(try await error {}.contains("/signers (repository.commits.allowedSignersFile) cannot be read"))
            var armoured = installation
            armoured.rules.allowedSignersFile = nil
            armoured.rules.keyringFile = installation.signersFile
            try write(Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n".utf8), to: installation.signersFile)
            await #expect(throws: ControllerError.self) { _ = try await armoured.judge(head) }
        }
    }
}
