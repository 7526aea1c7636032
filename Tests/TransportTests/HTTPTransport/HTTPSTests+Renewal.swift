import Certificates
import HTTPTransport
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOSSL
import Testing

/// Trust and identity that change from request to request, over one client and its pool.
extension HTTPSTests {
    @Test func aRequestsOwnTrustCountsAndNoConnectionOutlivesIt() async throws {
        let authority = try CertificateAuthority.make(commonName: "one", at: unixSeconds())
        let stranger = try CertificateAuthority.make(commonName: "two", at: unixSeconds())
        try await withTLSServer(authority, names: ["localhost"], addresses: ["127.0.0.1"]) { port async throws in
            let client = HTTPClient(tls: .init(caPEM: stranger.certificatePEM))
            var request = ClientRequest(url: "https://127.0.0.1:\(port)/")
            request.tls = .init(caPEM: authority.certificatePEM)
            let trusted = try await client.send(request).status
            #expect(trusted == 200)
            // The pool holds an open connection now, which was made under another trust.
            request.tls = nil
            let plain = request
            let error = await #expect(throws: ClientError.self) { try await client.send(plain) }
            #expect(error?.code == .tls)
            request.tls = .init(caPEM: stranger.certificatePEM)
            let foreign = request
            let second = await #expect(throws: ClientError.self) { try await client.send(foreign) }
            #expect(second?.code == .tls)
        }
    }

    @Test func anotherClientCertificateIsShownAtOnce() async throws {
        let authority = try CertificateAuthority.make(commonName: "one", at: unixSeconds())
        let stranger = try CertificateAuthority.make(commonName: "two", at: unixSeconds())
        let known = try authority.issueClient(user: "slipway", groups: [], at: unixSeconds())
        let unknown = try stranger.issueClient(user: "slipway", groups: [], at: unixSeconds())
        try await withTLSServer(authority, names: ["localhost"], addresses: ["127.0.0.1"], asksForCertificate: true) { port async throws in
            let client = HTTPClient()
            func request(_ certificate: [UInt8], _ key: [UInt8]) -> ClientRequest {
                var request = ClientRequest(url: "https://127.0.0.1:\(port)/")
                request.tls = .init(caPEM: authority.certificatePEM, certificatePEM: certificate, privateKeyPEM: key)
                return request
            }
            for _ in 0..<2 {
                let taken = try await client.send(request(known.certificatePEM, known.privateKeyPEM)).status
                #expect(taken == 200)
                let refused = await #expect(throws: ClientError.self) {
                    try await client.send(request(unknown.certificatePEM, unknown.privateKeyPEM))
                }
                #expect(refused?.code == .tls)
            }
        }
    }

    @Test func aProxyThatIsNamedServesLoopbackToo() async throws {
        let router = Router(context: TestContext.self)
        router.get("**") { request, _ in "through the proxy: \(request.head.authority ?? "")" }
        try await withServer(router) { port in
            let client = HTTPClient(proxy: .url("http://127.0.0.1:\(port)"))
            // Port 1 answers nobody: only the proxy can.
            let text = try await client.send(ClientRequest(url: "http://127.0.0.1:1/x")).text
            #expect(text.contains("through the proxy"))
            let direct = await #expect(throws: ClientError.self) {
                try await HTTPClient().send(ClientRequest(url: "http://127.0.0.1:1/x"))
            }
            #expect(direct?.code == .connectionFailed)
        }
    }
}
