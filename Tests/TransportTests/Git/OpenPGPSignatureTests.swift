import FoundationEssentials
import Git
import Testing

/// Commits signed by the real `git` with the real `gpg`, verified by the real `gpgv`.
@Suite struct OpenPGPSignatureTests {
    @Test func goodAndUnknownAndTampered() async throws {
        try await withKeys { fixture, keyring async throws in
            let trust = SignatureTrust(allowedSigners: nil, keyring: keyring)
            let good = try await push(fixture, "ada@example.com", "one")
            let verdict = try await fixture.verdict(of: good, trust)
            guard case .good(let signer, let key) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(signer == "ada@example.com" && key.count == 40)

            let text = try await fixture.raw(good)
            let tampered = try await fixture.push(raw: text.replacing("A change", with: "An edit"))
            #expect(try await fixture.verdict(of: tampered, trust).badReason?.contains("changed after it was signed") == true)

            let unknown = try await push(fixture, "eve@example.com", "two")
            let other = try await fixture.verdict(of: unknown, trust)
            guard case .unknownKey = other else {
                Issue.record("\(other)")
                return
            }
            let without = try await fixture.verdict(of: good, try fixture.trust())
            #expect(without.badReason == "it is an OpenPGP signature, and no keyringFile is configured")

            var missing = trust
            missing.gpgv = "/nonexistent/gpgv"
            let error = await gitError { try await fixture.verdict(of: good, missing) }
            #expect(error?.message.contains("/nonexistent/gpgv cannot be run") == true)
        }
    }

    /// A message that holds its own text must not pass as the signature of another one.
    @Test func aSignatureThatBringsItsOwnTextIsBad() async throws {
        try await withKeys { fixture, keyring async throws in
            let good = try await push(fixture, "ada@example.com", "one")
            let text = try await fixture.raw(good)
            let file = fixture.repository.folder + "/message"
            try write(Array("anything".utf8), to: file)
            try await gpg(fixture, "--local-user", "ada@example.com", "--armor", "--output", file + ".asc", "--sign", file)
            let armour = String(decoding: try read(file + ".asc"), as: UTF8.self).replacing("PGP MESSAGE", with: "PGP SIGNATURE")
            let start = try #require(text.firstRange(of: "gpgsig ")).lowerBound
            let end = try #require(text.firstRange(of: "-----END PGP SIGNATURE-----\n")).upperBound
            let header = "gpgsig " + armour.trimmed.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n ") + "\n"
            let id = try await fixture.push(raw: String(text[..<start]) + header + text[end...])
            let verdict = try await fixture.verdict(of: id, SignatureTrust(allowedSigners: nil, keyring: keyring))
            #expect(verdict.badReason != nil, "\(verdict)")
        }
    }

    @Test func anExpiredKeyDoesNotCount() async throws {
        try await withKeys { fixture, _ async throws in
            try await gpg(
                fixture, "--faked-system-time", "20200101T000000", "--quick-generate-key", "old@example.com", "ed25519", "sign", "1d")
            let keyring = try await export(fixture, "old@example.com")
            let program = fixture.repository.folder + "/gpg-in-2020"
            let script = "#!/bin/sh\nexec gpg --faked-system-time 20200101T010000 \"$@\"\n"
            try write(Array(script.utf8), to: program)
            try await tool("chmod", "700", program)
            try await fixture.repository.git("config", "gpg.program", program)
            let id = try await push(fixture, "old@example.com", "one")
            let verdict = try await fixture.verdict(of: id, SignatureTrust(allowedSigners: nil, keyring: keyring))
            guard case .expired(let reason) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(reason.contains("has expired"))
        }
    }

    // MARK: Keys

    /// Of Ada and Eve; the keyring has Ada's.
    private func withKeys(_ body: (SignedFixture, _ keyring: [UInt8]) async throws -> Void) async throws {
        try await SignedFixture.with { fixture async throws in
            try await tool("mkdir", "-m", "700", fixture.repository.folder + "/.gnupg")
            for user in ["ada@example.com", "eve@example.com"] {
                try await gpg(fixture, "--quick-generate-key", user, "ed25519", "sign", "never")
            }
            let result: Void
            do {
                result = try await body(fixture, try await export(fixture, "ada@example.com"))
            } catch {
                try await stopAgent(fixture)
                throw error
            }
            try await stopAgent(fixture)
            return result
        }
    }

    private func gpg(_ fixture: SignedFixture, _ arguments: String...) async throws {
        try await tool(
            ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""] + arguments, home: fixture.repository.folder)
    }

    private func export(_ fixture: SignedFixture, _ user: String) async throws -> [UInt8] {
        let file = fixture.repository.folder + "/\(user).gpg"
        try await gpg(fixture, "--output", file, "--export", user)
        return try read(file)
    }

    private func stopAgent(_ fixture: SignedFixture) async throws {
        try await tool(["gpgconf", "--kill", "gpg-agent"], home: fixture.repository.folder)
    }

    private func push(_ fixture: SignedFixture, _ user: String, _ text: String) async throws -> CommitID {
        try await fixture.repository.git("config", "gpg.format", "openpgp")
        try await fixture.repository.git("config", "commit.gpgsign", "true")
        try await fixture.repository.git("config", "user.signingkey", user)
        return try await fixture.repository.push(["a.txt": text])
    }
}
