import Git
import Testing

/// Commits signed by the real `git` with the real `ssh-keygen`.
@Suite struct SSHSignatureTests {
    @Test func aGoodSignatureNamesItsSigner() async throws {
        try await SignedFixture.with { fixture async throws in
            let id = try await fixture.push(key: fixture.ada)
            let verdict = try await fixture.verdict(of: id, try fixture.trust())
            guard case .good(let signer, let key) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(signer == "ada@example.com")
            #expect(try await tool("ssh-keygen", "-l", "-f", fixture.ada).contains(key))
            // Git itself agrees.
            let file = fixture.repository.folder + "/signers"
            try write(try fixture.signers(), to: file)
            try await fixture.repository.git("-c", "gpg.ssh.allowedSignersFile=\(file)", "verify-commit", "\(id)")
        }
    }

    @Test func aKeyWithSeveralNamesAndPatternsCounts() async throws {
        try await SignedFixture.with { fixture async throws in
            let id = try await fixture.push(key: fixture.ada)
            let signers = try fixture.signers(principals: "*@example.org,ada")
            let verdict = try await fixture.verdict(of: id, SignatureTrust(allowedSigners: signers, keyring: nil))
            guard case .good = verdict else {
                Issue.record("\(verdict)")
                return
            }
        }
    }

    @Test func unsignedAndUnknownAndExpired() async throws {
        try await SignedFixture.with { fixture async throws in
            let unsigned = try await fixture.push(key: nil)
            #expect(try await fixture.verdict(of: unsigned, try fixture.trust()) == .unsigned)
            let unknown = try await fixture.push(["a.txt": "two"], key: fixture.eve)
            let verdict = try await fixture.verdict(of: unknown, try fixture.trust())
            guard case .unknownKey(let key) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(key.hasPrefix("SHA256:"))
            let good = try await fixture.push(["a.txt": "three"], key: fixture.ada)
            for (option, word) in [("valid-before=\"20200101\"", "expired"), ("valid-after=\"20990101\"", "not yet valid")] {
                let verdict = try await fixture.verdict(of: good, try fixture.trust(option))
                guard case .expired(let reason) = verdict else {
                    Issue.record("\(option): \(verdict)")
                    continue
                }
                #expect(reason.contains(word) && !reason.contains("/tmp"), "\(reason)")
            }
            // A key that may sign files, and not commits.
            let other = try await fixture.verdict(of: good, try fixture.trust("namespaces=\"file\""))
            #expect(other.badReason?.contains("namespace") == true, "\(other)")
            let none = try await fixture.verdict(of: good, SignatureTrust(allowedSigners: nil, keyring: nil))
            #expect(none.badReason == "it is an SSH signature, and no allowedSignersFile is configured")
        }
    }

    @Test func anExpiredCommitterDateDoesNotReviveAKey() async throws {
        try await SignedFixture.with { fixture async throws in
            _ = try await fixture.push(key: fixture.ada)
            try await fixture.repository.git("config", "user.signingkey", fixture.ada)
            let id = try await fixture.repository.push(["a.txt": "old"], date: 1_500_000_000)
            let verdict = try await fixture.verdict(of: id, try fixture.trust("valid-before=\"20200101\""))
            guard case .expired = verdict else {
                Issue.record("\(verdict)")
                return
            }
        }
    }

    /// What somebody does who has a signed commit and wants another one deployed.
    @Test func whatWasChangedAfterSigningIsBad() async throws {
        try await SignedFixture.with { fixture async throws in
            let first = try await fixture.push(key: fixture.ada)
            let signed = try await fixture.push(["a.txt": "two"], key: fixture.ada, message: "Two")
            let text = try await fixture.raw(signed)
            let tree = try await fixture.repository.git("rev-parse", "\(signed)^{tree}").trimmed
            let otherTree = try await fixture.repository.git("rev-parse", "\(first)^{tree}").trimmed
            for (what, changed) in [
                ("message", text.replacing("Two", with: "Owt")), ("tree", text.replacing(tree, with: otherTree)),
                ("author", text.replacing("ada@example.com", with: "eve@example.com")),
                ("parent", text.replacing("parent \(first)", with: "parent \(signed)")),
            ] {
                #expect(changed != text)
                let id = try await fixture.push(raw: changed)
                let verdict = try await fixture.verdict(of: id, try fixture.trust())
                #expect(verdict.badReason != nil, "\(what): \(verdict)")
            }
            // Unchanged it is good, and so the way of writing is.
            #expect(try await fixture.push(raw: text) == signed)
        }
    }

    @Test func headersThatTwoReadersCouldReadInTwoWaysAreBad() async throws {
        try await SignedFixture.with { fixture async throws in
            let first = try await fixture.push(key: fixture.ada)
            let otherTree = try await fixture.repository.git("rev-parse", "\(first)^{tree}").trimmed
            let id = try await fixture.push(["a.txt": "two"], key: fixture.ada)
            let text = try await fixture.raw(id)
            let start = try #require(text.firstRange(of: "gpgsig ")).lowerBound
            let end = try #require(text.firstRange(of: "-----END SSH SIGNATURE-----\n")).upperBound
            let signature = String(text[start..<end])
            let unsigned = text.replacing(signature, with: "")
            let body = signature.dropFirst("gpgsig ".count)
            for (what, changed) in [
                ("two signatures", unsigned.replacing("\n\n", with: "\n" + signature + signature + "\n", maxReplacements: 1)),
                ("two in one header", text.replacing(signature, with: signature + " " + body)),
                ("SHA-256", text.replacing("gpgsig ", with: "gpgsig-sha256 ")),
                ("another tree behind", text.replacing("\ngpgsig ", with: "\ntree \(otherTree)\ngpgsig ")),
                ("another author", text.replacing("\ncommitter ", with: "\nauthor E <e@x> 1 +0000\ncommitter ")),
                ("twice encoded", text.replacing("\ngpgsig ", with: "\nencoding a\nencoding b\ngpgsig ")),
                ("no signature at all", text.replacing(String(body), with: "none\n")),
                ("cut off", text.replacing(" -----END SSH SIGNATURE-----\n", with: "")),
                ("X.509", text.replacing("SSH SIGNATURE", with: "SIGNED MESSAGE")),
            ] {
                #expect(changed != text, "\(what)")
                let other = try await fixture.push(raw: changed)
                let verdict = try await fixture.verdict(of: other, try fixture.trust())
                #expect(verdict.badReason != nil, "\(what): \(verdict)")
            }
        }
    }

    @Test func aHugeCommitIsNotRead() async throws {
        try await SignedFixture.with { fixture async throws in
            _ = try await fixture.push(key: fixture.ada)
            let text = try await fixture.raw(try await fixture.repository.head())
            let id = try await fixture.push(raw: text + String(repeating: "long\n", count: 300_000))
            let verdict = try await fixture.verdict(of: id, try fixture.trust())
            #expect(verdict.badReason?.contains("the limit is 1048576") == true, "\(verdict)")
            let large = try await fixture.push(
                raw: text.replacing(
                    "gpgsig -----BEGIN SSH SIGNATURE-----\n",
                    with: "gpgsig -----BEGIN SSH SIGNATURE-----\n" + String(repeating: " A\n", count: 50_000)))
            #expect(try await fixture.verdict(of: large, try fixture.trust()).badReason?.contains("the limit is 65536") == true)
        }
    }

    @Test func aMissingProgramIsAnErrorAndNoVerdict() async throws {
        try await SignedFixture.with { fixture async throws in
            let id = try await fixture.push(key: fixture.ada)
            var trust = try fixture.trust()
            trust.sshKeygen = "/nonexistent/ssh-keygen"
            let error = await gitError { try await fixture.verdict(of: id, trust) }
            #expect(error?.message.contains("/nonexistent/ssh-keygen cannot be run") == true, "\(error?.message ?? "")")
            #expect(error?.isTransient == true)
        }
    }
}

extension SignatureVerdict {
    var badReason: String? { if case .bad(let reason) = self { reason } else { nil } }
}
