import Certificates
import Testing

/// Our reading and writing of certificates against the program `openssl`.
@Suite struct CertificateTests {
    @Test func readsWhatOpenSSLMade() async throws {
        try await withTemporaryFolder { folder in
            try await tool(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-keyout",
                "key.pem", "-out", "certificate.pem", "-subj", "/O=Nova/O=Ops/CN=Größe", "-utf8", "-addext",
                "subjectAltName=DNS:a.example,DNS:*.b.example,IP:10.0.0.1,IP:2001:db8::1", in: folder)
            let pem = try read(folder + "/certificate.pem")
            let certificate = try #require(try Certificate.parse(pem: pem).first)
            #expect(certificate.subject.commonName == "Größe")
            #expect(certificate.subject.organizations == ["Nova", "Ops"])
            #expect(certificate.subject.text == "CN=Größe,O=Ops,O=Nova")
            #expect(certificate.issuer == certificate.subject)
            #expect(certificate.dnsNames == ["a.example", "*.b.example"])
            #expect(certificate.ipAddresses == ["10.0.0.1", "2001:db8::1"])
            #expect(certificate.notAfter - certificate.notBefore == 30 * 86_400)
            #expect(abs(certificate.notBefore - unixSeconds()) < 300)
            #expect(certificate.isAuthority)
            #expect(try certificate.pem() == pem)
            let print = try await tool(
                "openssl", "x509", "-in", "certificate.pem", "-noout", "-fingerprint", "-sha256", "-serial", in: folder)
            #expect(print.lowercased().replacing(":", with: "").contains(certificate.fingerprint))
            #expect(print.lowercased().contains("serial=\(certificate.serialNumber)"))
            #expect(try certificate.matches(privateKeyPEM: read(folder + "/key.pem")))
            let other = try CertificateAuthority.make(commonName: "other", at: unixSeconds())
            #expect(try !certificate.matches(privateKeyPEM: other.privateKeyPEM))
        }
    }

    @Test func issuesWhatOpenSSLVerifies() async throws {
        try await withTemporaryFolder { folder in
            let authority = try CertificateAuthority.make(commonName: "local cluster", at: unixSeconds())
            let server = try authority.issueServer(
                commonName: "api", dnsNames: ["kubernetes.default", "localhost"], ipAddresses: ["127.0.0.1", "::1"], at: unixSeconds())
            let client = try authority.issueClient(user: "ada", groups: ["release-managers", "system:masters"], at: unixSeconds())
            try write(authority.certificatePEM, to: folder + "/ca.pem")
            try write(server.certificatePEM, to: folder + "/server.pem")
            try write(client.certificatePEM, to: folder + "/client.pem")
            try write(client.privateKeyPEM, to: folder + "/client.key")
            try await tool(
                "openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslserver", "-verify_hostname", "localhost",
                "server.pem",
                in: folder)
            try await tool("openssl", "verify", "-CAfile", "ca.pem", "-verify_ip", "127.0.0.1", "server.pem", in: folder)
            try await tool("openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslclient", "client.pem", in: folder)
            await #expect(throws: ToolFailure.self) {
                try await tool("openssl", "verify", "-CAfile", "ca.pem", "-purpose", "sslserver", "client.pem", in: folder)
            }
            let text = try await tool("openssl", "x509", "-in", "client.pem", "-noout", "-subject", "-text", in: folder)
            #expect(text.contains("subject=CN = ada, O = release-managers, O = system:masters"))
            #expect(text.contains("ASN1 OID: prime256v1"))
            let fromKey = try await tool("openssl", "pkey", "-in", "client.key", "-pubout", in: folder)
            let fromCertificate = try await tool("openssl", "x509", "-in", "client.pem", "-noout", "-pubkey", in: folder)
            #expect(fromKey == fromCertificate)
        }
    }

    @Test func verifiesChainsAsToHostTimePurposeAndRoot() throws {
        let now: Int64 = 1_790_000_000
        let authority = try CertificateAuthority.make(commonName: "root", at: now)
        let stranger = try CertificateAuthority.make(commonName: "stranger", at: now)
        let server = try authority.issueServer(commonName: "s", dnsNames: ["a.example"], ipAddresses: ["127.0.0.1"], at: now, days: 10)
        let client = try authority.issueClient(user: "ada", groups: [], at: now, days: 10)

        func reason(
            _ certificate: IssuedCertificate, _ purpose: CertificateChain.Purpose, at time: Int64, root: CertificateAuthority
        ) -> String? {
            do {
                try CertificateChain.verify(
                    chainPEM: certificate.certificatePEM, rootsPEM: root.certificatePEM, purpose: purpose, at: time)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(reason(server, .server(host: "a.example"), at: now, root: authority) == nil)
        #expect(reason(server, .server(host: "127.0.0.1"), at: now, root: authority) == nil)
        #expect(reason(client, .client, at: now, root: authority) == nil)
        #expect(reason(server, .server(host: "b.example"), at: now, root: authority)?.contains("hostname mismatch") == true)
        #expect(reason(server, .server(host: "127.0.0.2"), at: now, root: authority)?.contains("IP address mismatch") == true)
        #expect(reason(server, .client, at: now, root: authority) != nil)
        #expect(reason(client, .server(host: "a.example"), at: now, root: authority) != nil)
        #expect(reason(server, .server(host: "a.example"), at: now + 11 * 86_400, root: authority)?.contains("expired") == true)
        #expect(reason(server, .server(host: "a.example"), at: now - 86_400, root: authority)?.contains("not yet valid") == true)
        #expect(
            reason(server, .server(host: "a.example"), at: now, root: stranger)?.hasPrefix("the certificate of CN=s is not trusted: ")
                == true)
    }

    @Test(arguments: ["", "a b", "a,DNS:evil", "-a", "a..b", "x\u{0}y", "*", "a.*.b", String(repeating: "a", count: 64)])
    func refusesNamesThatAreNone(name: String) throws {
        let authority = try CertificateAuthority.make(commonName: "root", at: 1_790_000_000)
        let error = #expect(throws: CertificateError.self) {
            try authority.issueServer(commonName: "s", dnsNames: [name], at: 1_790_000_000)
        }
        #expect(error?.code == .invalidName)
    }

    @Test func refusesWhatIsNoCertificate() throws {
        #expect(throws: CertificateError.self) { try Certificate.parse(pem: []) }
        #expect(throws: CertificateError.self) { try Certificate.parse(pem: Array("hello".utf8)) }
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(throws: CertificateError.self) { try Certificate.parse(pem: Array(broken.utf8)) }
        let large = #expect(throws: CertificateError.self) { try Certificate.parse(pem: Array(repeating: 65, count: 2 << 20)) }
        #expect(large?.code == .tooLarge)
        let authority = try CertificateAuthority.make(commonName: "root", at: 1_790_000_000)
        let cut = Array(authority.certificatePEM.dropLast(40))
        #expect(throws: CertificateError.self) { try Certificate.parse(pem: authority.certificatePEM + cut) }
        #expect(try Certificate.parse(pem: authority.certificatePEM + authority.certificatePEM).count == 2)
        let client = try authority.issueClient(user: "ada", groups: [], at: 1_790_000_000)
        let mismatch = #expect(throws: CertificateError.self) {
            try CertificateAuthority(certificatePEM: authority.certificatePEM, privateKeyPEM: client.privateKeyPEM)
        }
        #expect(mismatch?.code == .keyMismatch)
        #expect(throws: CertificateError.self) {
            try CertificateAuthority(certificatePEM: client.certificatePEM, privateKeyPEM: client.privateKeyPEM)
        }
    }
}
