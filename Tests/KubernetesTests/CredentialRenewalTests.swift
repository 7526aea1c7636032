import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

/// Certificates and authorities in files that others replace while we run.
@Suite struct CredentialRenewalTests {
    final class Files: Sendable {
        let content = Mutex<[String: String]>(["/ca": "ca1", "/cert": "cert1", "/key": "key1"])
        var reader: FileReader {
            FileReader { path throws(FileReaderError) in self.content.withLock { $0[path] }.map { Array($0.utf8) } }
        }
    }

    static func client(_ server: FakeAPIServer, _ files: Files) -> KubernetesClient {
        var access = ClusterAccess(server: "https://fake:6443", origin: "test")
        access.tlsFiles = .init(authority: "/ca", certificate: "/cert", key: "/key")
        return KubernetesClient(access: access, environment: server.environment, reader: files.reader)
    }

    static func identity(_ request: HTTPRequest?) -> String {
        let tls = request?.tls
        return [tls?.caPEM, tls?.certificatePEM, tls?.privateKeyPEM].map { String(decoding: $0 ?? [], as: UTF8.self) }.joined(
            separator: " ")
    }

    @Test func filesAreReadAgainAfterAMinute() async throws {
        let (server, files) = (FakeAPIServer(), Files())
        let client = Self.client(server, files)
        _ = try await client.get(CredentialPluginTests.pod)
        #expect(Self.identity(server.requests.last) == "ca1 cert1 key1")
        files.content.withLock { $0 = ["/ca": "ca2", "/cert": "cert2", "/key": "key2"] }
        _ = try await client.get(CredentialPluginTests.pod)
        #expect(Self.identity(server.requests.last) == "ca1 cert1 key1")
        server.state.withLock { $0.elapsed += .seconds(61) }
        _ = try await client.get(CredentialPluginTests.pod)
        #expect(Self.identity(server.requests.last) == "ca2 cert2 key2")
    }

    @Test func aRefusedCertificateIsReadAgainAtOnce() async throws {
        for refusal in [FakeAPIServer.Fault.status(401), .tls] {
            let server = FakeAPIServer { _, request in Self.identity(request) == "ca1 cert2 key2" ? nil : refusal }
            let files = Files()
            let client = Self.client(server, files)
            let error = await #expect(throws: KubernetesError.self) { try await client.get(CredentialPluginTests.pod) }
            #expect(error?.isTransient == false)
            files.content.withLock { $0 = ["/ca": "ca1", "/cert": "cert2", "/key": "key2"] }
            #expect(try await client.get(CredentialPluginTests.pod) == nil)
        }
    }

    @Test func whatWasReadServesUntilItIsRefused() async throws {
        let (server, files) = (FakeAPIServer(), Files())
        let client = Self.client(server, files)
        _ = try await client.get(CredentialPluginTests.pod)
        files.content.withLock { $0["/key"] = nil }
        server.state.withLock { $0.elapsed += .seconds(61) }
        _ = try await client.get(CredentialPluginTests.pod)
        #expect(Self.identity(server.requests.last) == "ca1 cert1 key1")
        let refusing = Self.client(FakeAPIServer { _, _ in .status(401) }, files)
        let error = await #expect(throws: KubernetesError.self) { try await refusing.get(CredentialPluginTests.pod) }
        #expect(error?.message == "test: client-key /key does not exist any more")
    }
}
