import FoundationEssentials
import Git
import Testing

/// The SSH transport with a stand-in for the program `ssh`, which runs the command that the other end would run.
@Suite struct SSHRemoteTests {
    @Test func fetchesThroughTheProgram() async throws {
        try await withProgram("shift $(($# - 1)); exec sh -c \"$1\"") { fixture, program async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let mirror = try self.mirror(fixture, program)
            #expect(try await mirror.remoteHead() == RemoteHead.commit(first))
            #expect(try await mirror.fetch().head == first)
            let second = try await fixture.push(["a.txt": "two"])
            #expect(try await mirror.fetch() == FetchResult(head: second, previous: first, isForced: false))
            #expect(try await mirror.withTree(at: second) { try $0.read("a.txt") } == Array("two".utf8))
        }
    }

    @Test func givesEveryOptionAndQuotesThePath() async throws {
        try await withProgram("for word; do printf '%s\\n' \"$word\"; done > \"$(dirname \"$0\")/words\"; exit 255") {
            fixture, program async throws in
            let remote = GitRemote(
                url: "ssh://deploy@git.example:2222/srv/it's; touch x.git".replacing(" ", with: "%20"),
                credentials: .sshKey(privateKeyPath: "/keys/id", knownHostsPath: "/keys/known hosts"), sshProgram: program)
            _ = await gitError { try await Mirror(path: fixture.mirrorPath, remote: remote).fetch() }
            let words = try String(decoding: read(fixture.folder + "/words"), as: UTF8.self).split(separator: "\n").map(String.init)
            #expect(words.suffix(3) == ["--", "deploy@git.example", "git-upload-pack '/srv/it'\\''s; touch x.git'"])
            for option in [
                "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\"/keys/known hosts\"", "GlobalKnownHostsFile=/dev/null",
                "IdentitiesOnly=yes", "Port=2222", "ForwardAgent=no", "ConnectTimeout=10",
            ] { #expect(words.contains(option)) }
            #expect(Array(words.prefix(5)) == ["-F", "/dev/null", "-T", "-i", "/keys/id"])
        }
    }

    @Test(arguments: [
        ("Host key verification failed.", GitError.Code.tls, false),
        ("git@host: Permission denied (publickey).", .authentication, false),
        ("fatal: '/x' does not appear to be a git repository", .remoteMissing, true),
        ("ssh: connect to host h port 22: Connection refused", .network, true),
        ("", .network, true),
    ])
    func sortsWhatTheProgramComplainsAbout(text: String, code: GitError.Code, isTransient: Bool) async throws {
        try await withProgram("echo \"\(text)\" >&2; exit 255") { fixture, program async throws in
            let error = await gitError { try await self.mirror(fixture, program).fetch() }
            #expect(error?.code == code)
            #expect(error?.isTransient == isTransient)
            #expect(error?.message.contains(text.isEmpty ? "ssh ended with status 255" : text) == true)
        }
    }

    @Test func aSilentProgramIsKilledWithItsChildren() async throws {
        try await withProgram("sleep 1000 & echo $! > \"$(dirname \"$0\")/child\"; wait") { fixture, program async throws in
            let timeouts = GitTimeouts(stall: .seconds(2))
            let error = await gitError { try await self.mirror(fixture, program, timeouts: timeouts).fetch() }
            #expect(error?.code == .timedOut)
            let child = try String(decoding: read(fixture.folder + "/child"), as: UTF8.self).trimmed
            let state = try? await tool("ps", "-o", "stat=", "-p", child)
            #expect(state == nil || state?.trimmed.hasPrefix("Z") == true)
        }
    }

    @Test func cancellingTheTaskKillsTheProgram() async throws {
        try await withProgram("mkfifo \"$(dirname \"$0\")/never\"; read line < \"$(dirname \"$0\")/never\"") {
            fixture, program async throws in
            let mirror = try self.mirror(fixture, program)
            let task = Task { try await mirror.fetch() }
            // The pipe is there when the program runs.
            while !FileManager.default.fileExists(atPath: fixture.folder + "/never") { await Task.yield() }
            task.cancel()
            let error = await gitError { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func needsAKeyAndHostKeysAndAProgram() async throws {
        for credentials in [GitCredentials.none, .token("x"), .sshKey(privateKeyPath: "relative", knownHostsPath: "/h")] {
            let error = await gitError {
                try Mirror(path: "/tmp/never", remote: GitRemote(url: "git@host:x.git", credentials: credentials))
            }
            #expect(error?.code == .invalidConfiguration)
        }
        try await GitFixture.with { fixture async throws in
            let error = await gitError { try await self.mirror(fixture, "/nonexistent/ssh").fetch() }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("/nonexistent/ssh cannot be started: No such file or directory") == true)
        }
    }

    private func mirror(_ fixture: GitFixture, _ program: String, timeouts: GitTimeouts = GitTimeouts()) throws -> Mirror {
        try fixture.mirror(
            url: "git@host.example:\(fixture.bare)", credentials: .sshKey(privateKeyPath: "/keys/id", knownHostsPath: "/keys/known_hosts"),
            timeouts: timeouts, sshProgram: program)
    }

    private func withProgram(_ script: String, _ body: (GitFixture, String) async throws -> Void) async throws {
        try await GitFixture.with { fixture async throws in
            let program = fixture.folder + "/ssh"
            try write(Array("#!/bin/sh\n\(script)\n".utf8), to: program)
            try await tool("chmod", "755", program)
            try await body(fixture, program)
        }
    }
}
