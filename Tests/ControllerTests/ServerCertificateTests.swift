import Certificates
import HTTPTransport
import Hummingbird
import Logging
import Manifests
import Observability
import TestSupport
import Testing

@testable import Console
@testable import Controller

@Suite struct ServerCertificateTests {
    private static var now: Int64 { UnixClock.system.nowMilliseconds() / 1000 }
    private static func authority(_ name: String) throws -> CertificateAuthority {
        try CertificateAuthority.make(commonName: name, at: now)
    }

    private static func write(
        _ authority: CertificateAuthority, in folder: TemporaryFolder
    ) throws -> ControllerConfiguration.ListenTLS {
        let issued = try authority.issueServer(
            commonName: "slipway", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], at: now)
        try folder.write(String(decoding: issued.certificatePEM, as: UTF8.self), to: "tls.crt")
        try folder.write(String(decoding: issued.privateKeyPEM, as: UTF8.self), to: "tls.key")
        return .init(certificateFile: folder.file("tls.crt"), keyFile: folder.file("tls.key"))
    }

    private func load(_ files: ControllerConfiguration.ListenTLS, at time: Int64 = now) throws -> ServerCertificate {
        try ServerCertificate(files, now: { time })
    }

    @Test func theCertificateOfTheMomentIsShownToRealClients() async throws {
        try await withTemporaryFolder("slipway-tls") { folder in
            let (first, second) = (try Self.authority("one"), try Self.authority("two"))
            try folder.write(String(decoding: first.certificatePEM, as: UTF8.self), to: "one.pem")
            try folder.write(String(decoding: second.certificatePEM, as: UTF8.self), to: "two.pem")
            let certificate = try load(try Self.write(first, in: folder))
            let parsed = try #require(try Certificate.parse(pem: Array(folder.text("tls.crt").utf8)).first)
            #expect(certificate.notAfter == parsed.notAfter)
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let router = Router(context: ConsoleContext.self)
            router.get("healthz") { _, _ in "ok\n" }
            let listener = Listener(logger: Logger(label: "test"), certificate: certificate)
            let application = listener.application(router, at: .hostname("127.0.0.1", port: 0)) {
                port.yield($0.localAddress?.port ?? 0)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                let number = try #require(await ports.first { _ in true })
                let url = "https://127.0.0.1:\(number)/healthz"
                func curl(_ authority: String, _ more: String...) async throws -> (ending: Child.Ending, text: String) {
                    try await outcome(["curl", "-sS", "--max-time", "20", "--cacert", folder.file(authority)] + more + [url])
                }
                #expect(try await curl("one.pem").text == "ok\n")
                #expect(try await curl("one.pem", "--tls-max", "1.2").text == "ok\n")
                #expect(try await curl("one.pem", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0").ending == .exited(35))
                #expect(try await curl("two.pem").ending == .exited(60), "another authority")
                #expect(try !certificate.reload(), "nothing has changed")
                let files = try Self.write(second, in: folder)
                #expect(try certificate.reload())
                #expect(try await curl("two.pem").text == "ok\n")
                #expect(try await curl("one.pem").ending == .exited(60))
                try folder.write("no key", to: "tls.key")
                #expect(throws: ControllerError.self) { try certificate.reload() }
                #expect(try await curl("two.pem").text == "ok\n", "the one before stays in use")
                let seen = try await outcome([
                    "sh", "-c",
                    "openssl s_client -connect 127.0.0.1:\(number) -CAfile \(folder.file("two.pem")) -verify_return_error </dev/null 2>&1",
                ])
                #expect(seen.text.contains("Verify return code: 0 (ok)") && seen.text.contains("CN = slipway"), "\(seen.text)")
                #expect(files.keyFile == folder.file("tls.key"))
                group.cancelAll()
            }
        }
    }

    @Test func whatCannotBeUsedIsSaidWithItsFile() async throws {
        try await withTemporaryFolder("slipway-tls") { folder in
            let files = try Self.write(try Self.authority("one"), in: folder)
            let (certificate, key) = (try folder.text("tls.crt"), try folder.text("tls.key"))
            func problem(at time: Int64 = Self.now) -> String {
                do { _ = try load(files, at: time) } catch { return "\(error)" }
                return "none"
            }
            #expect(problem() == "none")
            #expect(problem(at: Self.now + 100 * 366 * 86_400).contains("tls.crt has expired at 20"))
            #expect(problem(at: 1).contains("tls.crt is not valid before 20"))
            _ = try Self.write(try Self.authority("two"), in: folder)
            try folder.write(key, to: "tls.key")
            #expect(problem() == "listen.tls.keyFile: \(files.keyFile) is not the key of the certificate in \(files.certificateFile)")
            try folder.write("no key", to: "tls.key")
            #expect(problem().hasPrefix("listen.tls.keyFile: \(files.keyFile) has no private key in PEM"))
            try folder.write(key, to: "tls.crt")
            #expect(problem().hasPrefix("listen.tls.certificateFile: \(files.certificateFile) has no certificate"))
            try folder.write(certificate, to: "tls.crt")
            try Files.remove(files.keyFile)
            #expect(problem().hasPrefix("listen.tls.keyFile: \(files.keyFile) cannot be read: "))
        }
    }

    @Test func offLoopbackNeedsACertificate() throws {
        #expect(throws: ControllerError.self) { try ListenAddress.parse("0.0.0.0:8417", hasTLS: false) }
        #expect(try ListenAddress.parse("0.0.0.0:8417", hasTLS: true).host == "0.0.0.0")
        #expect(try ListenAddress.parse("[::]:8417", hasTLS: true).host == "::")
        #expect(try ListenAddress.parse("127.0.0.1:0", hasTLS: false).port == 0)
    }

    @Test func theConfigurationNamesBothFiles() throws {
        func decode(_ tls: Value) throws -> ControllerConfiguration {
            try ControllerConfiguration.decode(
                [
                    "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                    "repository": ["url": "/srv/git"],
                    "listen": ["address": "0.0.0.0:8417", "tls": tls],
                ], folder: "/etc/slipway")
        }
        let files = try decode(["certificateFile": "tls.crt", "keyFile": "/keys/tls.key"]).listenTLS
        #expect(files == .init(certificateFile: "/etc/slipway/tls.crt", keyFile: "/keys/tls.key"))
        #expect(throws: (any Error).self) { try decode(["certificateFile": "tls.crt"]) }
    }
}
