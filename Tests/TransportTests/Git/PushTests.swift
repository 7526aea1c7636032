import FoundationEssentials
import Git
import Testing

/// Commits that bring paths back, and pushes of them, checked by the real `git`.
@Suite struct PushTests {
    private func draft(_ base: CommitID, _ source: CommitID, _ paths: [String]) -> CommitDraft {
        CommitDraft(
            base: base, source: source, paths: paths, message: "Back again\n\nWhy: a test",
            identity: CommitIdentity(name: "Slip <way>", email: "slipway@example.com"), at: 1_700_000_000)
    }

    /// Two commits that differ in all ways, and a mirror that has both.
    private func with(
        _ body: (GitFixture, Mirror, _ old: CommitID, _ new: CommitID) async throws -> Void
    ) async throws {
        try await GitFixture.with { fixture async throws in
            let old = try await fixture.push(["app/a.txt": "one", "app/gone.txt": "here", "other/b.txt": "one", "turned": "a file"])
            try await fixture.git("rm", "-q", "app/gone.txt", "turned")
            let new = try await fixture.push([
                "app/a.txt": "two", "app/new.txt": "added", "only/new/c.txt": "added", "other/b.txt": "two", "turned/x": "in a folder",
            ])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            try await body(fixture, mirror, old, new)
        }
    }

    @Test func bringsBackTheNamedPathsAndNothingElse() async throws {
        try await with { fixture, mirror, old, new async throws in
            let paths = ["app/a.txt", "app/gone.txt", "app/new.txt", "only/new/c.txt", "turned", "app/nowhere/at/all.txt"]
            let made = try #require(try await mirror.commit(draft(new, old, paths)))
            #expect(try await fixture.mirror().remoteHead() == .commit(new), "nothing is pushed yet")
            #expect(try await mirror.push(made, over: new) == .pushed)
            #expect(try await mirror.fetch() == FetchResult(head: made, previous: new, isForced: false))
            try await fixture.git("pull", "-q", "origin", "main")
            try await fixture.git("fsck", "--strict")
            #expect(try await fixture.head() == made)
            let listed = try await fixture.git("ls-tree", "-r", "--name-only", "HEAD").split(separator: "\n")
            #expect(listed == ["app/a.txt", "app/gone.txt", "other/b.txt", "turned"])
            #expect(try await fixture.git("show", "HEAD:app/a.txt") == "one")
            #expect(try await fixture.git("show", "HEAD:other/b.txt") == "two")
            let said = try await fixture.git("log", "-1", "--format=%an|%ae|%cn|%ct|%P|%B").trimmed
            #expect(said == "Slip way|slipway@example.com|Slip way|1700000000|\(new)|Back again\n\nWhy: a test")
            #expect(try await mirror.commit(draft(made, old, paths)) == nil, "there is nothing left to bring back")
        }
    }

    @Test func keepsModesAndLinks() async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push(["run.sh": "#!/bin/sh\n"])
            try await fixture.git("update-index", "--chmod=+x", "run.sh")
            try await fixture.git("commit", "-q", "-m", "executable")
            try await fixture.git("push", "-q", "origin", "HEAD:main")
            let old = try await fixture.head()
            try await fixture.git("update-index", "--chmod=-x", "run.sh")
            try await fixture.git("commit", "-q", "-m", "plain")
            try await fixture.git("push", "-q", "origin", "HEAD:main")
            let mirror = try fixture.mirror()
            let new = try await mirror.fetch().head
            let made = try #require(try await mirror.commit(draft(new, old, ["run.sh"])))
            #expect(try await mirror.push(made, over: new) == .pushed)
            try await fixture.git("fetch", "-q", "origin")
            #expect(try await fixture.git("ls-tree", "\(made)").hasPrefix("100755 "))
        }
    }

    @Test func neverGoesOverWhatSomebodyElsePushed() async throws {
        try await with { fixture, mirror, old, new async throws in
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            let theirs = try await fixture.push(["app/z.txt": "theirs"])
            #expect(try await mirror.push(made, over: new) == .moved)
            #expect(try await mirror.fetch().head == theirs)
            // A branch that was put back is not brought forward again on the way.
            try await fixture.git("push", "-q", "-f", "origin", "\(old):main")
            let second = try #require(try await mirror.commit(draft(theirs, old, ["app/a.txt"])))
            #expect(try await mirror.push(second, over: theirs) == .moved)
            #expect(try await mirror.remoteHead() == .commit(old))
            let error = await gitError { try await mirror.push(made, over: theirs) }
            #expect(error?.code == .rejected && error?.message.contains("does not descend") == true)
        }
    }

    @Test func whatAHookSaysIsShownWithoutSecretsAndControls() async throws {
        try await with { fixture, mirror, old, new async throws in
            let hook = fixture.bare + "/hooks/pre-receive"
            try write(Array("#!/bin/sh\nprintf 'no \\033[31mdeploys\\033[0m on Friday, hunter2\\n' >&2\nexit 1\n".utf8), to: hook)
            try await tool("chmod", "+x", hook)
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            let error = await gitError { try await mirror.push(made, over: new) }
            #expect(error?.code == .rejected)
            #expect(
                error?.message
                    == "remote \(fixture.bare) refuses the push to main: pre-receive hook declined. It says: no [31mdeploys [0m on Friday, hunter2"
            )
            let secret = try fixture.mirror(credentials: .token("hunter2"))
            #expect(await gitError { try await secret.push(made, over: new) }?.message.hasSuffix("on Friday, <redacted>") == true)
            #expect(try await mirror.remoteHead() == .commit(new))
            // Somebody who pushes while the hook looks.
            let quick = "#!/bin/sh\n[ -z \"$QUICK\" ] && QUICK=1 git update-ref refs/heads/main \(old) || exit 1\n"
            try write(Array(quick.utf8), to: fixture.bare + "/hooks/update")
            try await tool("chmod", "+x", fixture.bare + "/hooks/update")
            try FileManager.default.removeItem(atPath: hook)
            #expect(try await mirror.push(made, over: new) == .moved)
        }
    }

    @Test func signsAsGitDoes() async throws {
        try await SignedFixture.with { fixture async throws in
            let old = try await fixture.push(["a.txt": "one"], key: fixture.ada)
            let new = try await fixture.push(["a.txt": "two"], key: fixture.ada)
            let mirror = try fixture.repository.mirror()
            _ = try await mirror.fetch()
            var draft = draft(new, old, ["a.txt"])
            draft.signingKey = fixture.ada
            let made = try #require(try await mirror.commit(draft))
            guard case .good("ada@example.com", _) = try await mirror.verifySignature(of: made, trust: fixture.trust()) else {
                Issue.record("its signature is not good")
                return
            }
            #expect(try await mirror.push(made, over: new) == .pushed)
            try await fixture.repository.git("fetch", "-q", "origin")
            try write(try fixture.signers(), to: fixture.repository.folder + "/signers")
            try await fixture.repository.git("config", "gpg.ssh.allowedSignersFile", fixture.repository.folder + "/signers")
            try await fixture.repository.git("verify-commit", "\(made)")

            draft.signingKey = fixture.ada + "-none"
            let missing = await gitError { try await mirror.commit(draft) }
            #expect(missing?.code == .authentication && missing?.message.contains("ada-none") == true, "\(missing as Any)")
            draft.sshKeygen = "/none/ssh-keygen"
            let without = await gitError { try await mirror.commit(draft) }
            #expect(without?.message.hasPrefix("the commit cannot be signed: /none/ssh-keygen cannot be run") == true, "\(without as Any)")
        }
    }

    @Test func pushesThroughGitsOwnServer() async throws {
        try await with { fixture, _, old, new async throws in
            try await fixture.git("-C", fixture.bare, "config", "http.receivepack", "true")
            try await withServer(HTTPRemoteTests.backend(fixture)) { port async throws in
                let mirror = try fixture.mirror(url: "http://127.0.0.1:\(port)/remote.git")
                let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
                #expect(try await mirror.push(made, over: new) == .pushed)
                #expect(try await mirror.remoteHead() == .commit(made))
                let hook = fixture.bare + "/hooks/pre-receive"
                try write(Array("#!/bin/sh\necho 'not today' >&2\nexit 1\n".utf8), to: hook)
                try await tool("chmod", "+x", hook)
                _ = try await mirror.fetch()
                let again = try #require(try await mirror.commit(draft(made, old, ["other/b.txt"])))
                #expect(await gitError { try await mirror.push(again, over: made) }?.message.hasSuffix("It says: not today") == true)
                try await fixture.git("-C", fixture.bare, "config", "http.receivepack", "false")
                let denied = await gitError { try await mirror.push(again, over: made) }
                #expect(denied?.code == .authentication && denied?.isTransient == false)
                #expect(
                    denied?.message
                        == "remote http://127.0.0.1:\(port)/remote.git refused the credentials: HTTP 403, access denied; check the account, token or key and its rights. It can be read with these credentials, so what they lack is the right to push to main"
                )
            }
        }
    }

    @Test func pushesThroughSSH() async throws {
        try await with { fixture, _, old, new async throws in
            let program = fixture.folder + "/ssh"
            try write(Array("#!/bin/sh\nshift $(($# - 1)); exec sh -c \"$1\"\n".utf8), to: program)
            try await tool("chmod", "+x", program)
            let credentials = GitCredentials.sshKey(privateKeyPath: "/keys/id", knownHostsPath: "/keys/known")
            let mirror = try fixture.mirror(url: "ssh://git@example\(fixture.bare)", credentials: credentials, sshProgram: program)
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            #expect(try await mirror.push(made, over: new) == .pushed)
            #expect(try await mirror.remoteHead() == .commit(made))
        }
    }

    /// What another push has locked is free a moment later; what a rule forbids is not.
    @Test func aLockedBranchIsNoRefusalForGood() async throws {
        try await with { fixture, mirror, old, new async throws in
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            try write([], to: fixture.bare + "/refs/heads/main.lock")
            let locked = await gitError { try await mirror.push(made, over: new) }
            #expect(locked?.code == .rejected && locked?.isTransient == true, "\(locked as Any)")
            try FileManager.default.removeItem(atPath: fixture.bare + "/refs/heads/main.lock")
            let hook = fixture.bare + "/hooks/update"
            try write(Array("#!/bin/sh\necho 'failed to update ref, it is locked' >&2\nexit 1\n".utf8), to: hook)
            try await tool("chmod", "+x", hook)
            let refused = await gitError { try await mirror.push(made, over: new) }
            #expect(refused?.code == .rejected && refused?.isTransient == false, "a hook's words are its own: \(refused as Any)")
        }
    }

    @Test func aKeyThatMayOnlyReadSaysSo() async throws {
        try await with { fixture, _, old, new async throws in
            let program = fixture.folder + "/ssh"
            let words = "ERROR: The key you are authenticating with has been marked as read only."
            let script =
                "#!/bin/sh\nshift $(($# - 1)); case $1 in *receive-pack*) echo '\(words)' >&2; exit 1;; esac; exec sh -c \"$1\"\n"
            try write(Array(script.utf8), to: program)
            try await tool("chmod", "+x", program)
            let credentials = GitCredentials.sshKey(privateKeyPath: "/keys/id", knownHostsPath: "/keys/known")
            let mirror = try fixture.mirror(url: "ssh://git@example\(fixture.bare)", credentials: credentials, sshProgram: program)
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            let error = await gitError { try await mirror.push(made, over: new) }
            #expect(error?.code == .authentication && error?.isTransient == false, "\(error as Any)")
            #expect(error?.message.contains(words) == true && error?.message.hasSuffix("the right to push to main") == true)
        }
    }

    @Test func aHookThatHangsIsStoppedAtTheDeadline() async throws {
        try await with { fixture, _, old, new async throws in
            let hook = fixture.bare + "/hooks/pre-receive"
            try write(Array("#!/bin/sh\nsleep 1000\n".utf8), to: hook)
            try await tool("chmod", "+x", hook)
            let mirror = try fixture.mirror(timeouts: GitTimeouts(push: .seconds(2)))
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            let begun = ContinuousClock.now
            let error = await gitError { try await mirror.push(made, over: new) }
            #expect(error?.code == .timedOut, "\(error as Any)")
            #expect(ContinuousClock.now - begun < .seconds(10))
        }
    }

    @Test func aRemoteThatIsAwaySaysSo() async throws {
        try await with { fixture, mirror, old, new async throws in
            let made = try #require(try await mirror.commit(draft(new, old, ["app/a.txt"])))
            try await tool("mv", fixture.bare, fixture.bare + ".away")
            #expect(await gitError { try await mirror.push(made, over: new) }?.code == .remoteMissing)
        }
    }
}
