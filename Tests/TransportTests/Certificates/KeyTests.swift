import Certificates
import FoundationEssentials
import Testing

@Suite struct KeyTests {
    @Test func sealedBytesOpenOnlyUntouchedAndInTheirContext() throws {
        let key = SealingKey.generate()
        let plain = Array("the secret".utf8)
        let sealed = try key.seal(plain, context: [1, 2])
        #expect(sealed.count == plain.count + 29)
        #expect(try key.open(sealed, context: [1, 2]) == plain)
        #expect(try key.seal(plain, context: [1, 2]) != sealed)
        #expect(try key.open(key.seal([])) == [])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let error = #expect(throws: CertificateError.self) { try key.open(changed, context: [1, 2]) }
            #expect(error?.code == .sealBroken)
        }
        #expect(throws: CertificateError.self) { try key.open(sealed, context: [1]) }
        #expect(throws: CertificateError.self) { try SealingKey.generate().open(sealed, context: [1, 2]) }
        #expect(throws: CertificateError.self) { try key.open(Array(sealed.dropLast()), context: [1, 2]) }
        #expect(throws: CertificateError.self) { try key.open([]) }
    }

    @Test func keyFilesAreForTheOwnerAloneAndNeverReplaced() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/seal.key"
            let key = try SealingKey.loadOrCreate(path: path)
            let sealed = try key.seal([1, 2, 3])
            #expect(try SealingKey.loadOrCreate(path: path).open(sealed) == [1, 2, 3])
            #expect(try await tool("stat", "-c", "%a", path) == "600\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["seal.key"])
            #expect(throws: CertificateError.self) { try SealingKey.generate().save(path: path) }
            #expect(try SealingKey.load(path: folder + "/none") == nil)
            try await tool("chmod", "640", path)
            let open = #expect(throws: CertificateError.self) { try SealingKey.load(path: path) }
            #expect(open?.code == .file)
            #expect(open?.message.contains("can be read by others (mode 640)") == true)
            try write(Array("short".utf8), to: folder + "/bad")
            try await tool("chmod", "600", folder + "/bad")
            #expect(throws: CertificateError.self) { try SealingKey.load(path: folder + "/bad") }
            #expect(throws: CertificateError.self) { try SealingKey.load(path: folder) }
        }
    }

    @Test func openSSLVerifiesOurSignatures() async throws {
        try await withTemporaryFolder { folder in
            let key = try SigningKey.loadOrCreate(path: folder + "/sign.pem")
            let message = Array("checkpoint 17".utf8)
            let signature = try key.sign(message)
            #expect(signature.count == 64)
            #expect(key.publicKey.isValid(signature, for: message))
            #expect(!key.publicKey.isValid(signature, for: message + [0]))
            #expect(!key.publicKey.isValid([], for: message))
            #expect(try !SigningKey.generate().publicKey.isValid(signature, for: message))
            try write(message, to: folder + "/message")
            try write(signature, to: folder + "/signature")
            try write(key.publicKey.pem(), to: folder + "/public.pem")
            try await tool(
                "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.pem", "-in", "message", "-sigfile", "signature",
                in: folder)
            #expect(try VerificationKey(pem: read(folder + "/public.pem")) == key.publicKey)
            #expect(try SigningKey.load(path: folder + "/sign.pem")?.publicKey == key.publicKey)
            #expect(try await tool("stat", "-c", "%a", folder + "/sign.pem") == "600\n")
        }
    }

    @Test func readsASigningKeyThatOpenSSLMadeAndRefusesOthers() async throws {
        try await withTemporaryFolder { folder in
            try await tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", "ed.pem", in: folder)
            try await tool(
                "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.pem", in: folder)
            try await tool(
                "openssl", "pkcs8", "-topk8", "-in", "ed.pem", "-out", "locked.pem", "-passout", "pass:x", in: folder)
            try await tool("chmod", "600", "ed.pem", "ec.pem", "locked.pem", in: folder)
            let key = try #require(try SigningKey.load(path: folder + "/ed.pem"))
            let expected = try await tool("openssl", "pkey", "-in", "ed.pem", "-pubout", in: folder)
            #expect(try key.publicKey.pem() == Array(expected.utf8))
            #expect(throws: CertificateError.self) { try SigningKey.load(path: folder + "/ec.pem") }
            // It must fail at once and not ask for the pass phrase.
            #expect(throws: CertificateError.self) { try SigningKey.load(path: folder + "/locked.pem") }
        }
    }

    @Test func authenticatesAsRFC4231Says() {
        let code = HMACSHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        let digits = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(digits == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(HMACSHA256.isValid(code, for: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        #expect(!HMACSHA256.isValid(code, for: [], key: Array("Jefe".utf8)))
        #expect(HMACSHA256.authenticate([], key: []).count == 32)
        #expect(HMACSHA256.authenticate([], key: []) == HMACSHA256.authenticate([], key: [0, 0]))
    }

    @Test func comparesAndDrawsAsItSays() {
        #expect(ConstantTime.areEqual([], []))
        #expect(ConstantTime.areEqual([1, 2], [1, 2]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 3]))
        #expect(!ConstantTime.areEqual([1, 2], [1]))
        let tokens = Set((0..<100).map { _ in SecureRandom.token() })
        #expect(tokens.count == 100)
        #expect(
            tokens.allSatisfy {
                $0.utf8.count == 43 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            })
        #expect(SecureRandom.bytes(32).count == 32)
        #expect(SecureRandom.bytes(-1) == [])
    }
}
