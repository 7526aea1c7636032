import Certificates
import HTTPTransport
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOSSL
import Testing

/// Our client and our certificates against NIO's TLS.
@Suite struct HTTPSTests {
    @Test func trustsTheGivenAuthorityAndNoOther() async throws {
        let authority = try CertificateAuthority.make(commonName: "one", at: unixSeconds())
        let stranger = try CertificateAuthority.make(commonName: "two", at: unixSeconds())
        try await withTLSServer(authority, names: ["localhost"], addresses: ["127.0.0.1"]) { port async throws in
            let url = "https://127.0.0.1:\(port)/"
            let trusted = try await HTTPClient(tls: .init(caPEM: authority.certificatePEM)).send(.init(url: url)).text
            #expect(trusted == "-")
            for tls in [HTTPTransport.TLSConfiguration(), .init(caPEM: stranger.certificatePEM)] {
                let error = await #expect(throws: ClientError.self) { try await HTTPClient(tls: tls).send(.init(url: url)) }
                #expect(error?.code == .tls)
                #expect(error?.isTransient == false)
                #expect(error?.message.contains("the server's certificate is not trusted") == true)
            }
            let unchecked = try await HTTPClient(tls: .init(insecureSkipVerify: true)).send(.init(url: url)).status
            #expect(unchecked == 200)
        }
    }

    @Test func checksTheNameAndTheAddress() async throws {
        let authority = try CertificateAuthority.make(commonName: "one", at: unixSeconds())
        try await withTLSServer(authority, names: ["cluster.internal"], addresses: ["127.0.0.2"]) { port async throws in
            for host in ["127.0.0.1", "localhost"] {
                let error = await #expect(throws: ClientError.self) {
                    try await HTTPClient(tls: .init(caPEM: authority.certificatePEM)).send(.init(url: "https://\(host):\(port)/"))
                }
                #expect(error?.code == .tls)
            }
            let named = HTTPClient(tls: .init(caPEM: authority.certificatePEM, serverName: "cluster.internal"))
            let renamed = try await named.send(.init(url: "https://127.0.0.1:\(port)/?q=1")).status
            #expect(renamed == 200)
            let wrong = HTTPClient(tls: .init(caPEM: authority.certificatePEM, serverName: "other.internal"))
            let error = await #expect(throws: ClientError.self) { try await wrong.send(.init(url: "https://127.0.0.1:\(port)/")) }
            #expect(error?.code == .tls)
        }
    }

    @Test func showsItsClientCertificate() async throws {
        let authority = try CertificateAuthority.make(commonName: "one", at: unixSeconds())
        let client = try authority.issueClient(user: "slipway", groups: ["system:masters"], at: unixSeconds())
        try await withTLSServer(authority, names: ["localhost"], addresses: ["127.0.0.1"], asksForCertificate: true) { port async throws in
            let url = "https://127.0.0.1:\(port)/"
            let known = HTTPClient(
                tls: .init(caPEM: authority.certificatePEM, certificatePEM: client.certificatePEM, privateKeyPEM: client.privateKeyPEM))
            let identified = try await known.send(.init(url: url)).status
            #expect(identified == 200)
            let unknown = HTTPClient(tls: .init(caPEM: authority.certificatePEM))
            let error = await #expect(throws: ClientError.self) { try await unknown.send(.init(url: url)) }
            #expect(error?.code == .tls)
            let broken = HTTPClient(
                tls: .init(caPEM: authority.certificatePEM, certificatePEM: client.certificatePEM, privateKeyPEM: authority.privateKeyPEM))
            let mismatch = await #expect(throws: ClientError.self) { try await broken.send(.init(url: url)) }
            #expect(mismatch?.code == .tls)
        }
    }

    func withTLSServer(
        _ authority: CertificateAuthority, names: [String], addresses: [String], asksForCertificate: Bool = false,
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let identity = try authority.issueServer(commonName: "server", dnsNames: names, ipAddresses: addresses, at: unixSeconds())
        var configuration = NIOSSL.TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: identity.privateKeyPEM, format: .pem)))
        if asksForCertificate {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority.certificatePEM))
            configuration.certificateVerification = .noHostnameVerification
        }
        let router = Router(context: TestContext.self)
        router.get("/") { _, _ in "-" }
        try await withServer(router, server: .tls(.http1(), tlsConfiguration: configuration), body)
    }
}
