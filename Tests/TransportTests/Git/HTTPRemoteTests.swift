import Certificates
import FoundationEssentials
import Git
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// The HTTP transport against the real `git http-backend`.
@Suite struct HTTPRemoteTests {
    @Test func fetchesFromGitsOwnServer() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            try await withServer(Self.backend(fixture)) { port async throws in
                let mirror = try fixture.mirror(url: "http://127.0.0.1:\(port)/remote.git")
                #expect(try await mirror.remoteHead() == RemoteHead.commit(first))
                #expect(try await mirror.fetch() == FetchResult(head: first, previous: nil, isForced: false))
                // Enough that the answer comes in several pieces and the negotiation has something to say.
                let large = String((0..<20_000).map { "line \($0 &* 2_654_435_761 & 0xFFFF_FFFF)\n" }.joined())
                let second = try await fixture.push(["a.txt": "two", "large.txt": large])
                #expect(try await mirror.fetch() == FetchResult(head: second, previous: first, isForced: false))
                #expect(try await mirror.withTree(at: second) { try $0.read("large.txt") } == Array(large.utf8))
                #expect(try await mirror.fetch().isChanged == false)
            }
        }
    }

    @Test func anEmptyRepositoryAndAMissingBranchSaySo() async throws {
        try await GitFixture.with { fixture async throws in
            try await withServer(Self.backend(fixture)) { port async throws in
                let url = "http://127.0.0.1:\(port)/remote.git"
                #expect(try await fixture.mirror(url: url).remoteHead() == RemoteHead.emptyRepository)
                let first = try await fixture.push(["a.txt": "one"])
                #expect(try await fixture.mirror(url: url, branch: "other").remoteHead() == RemoteHead.branchMissing(available: ["main"]))
                #expect(try await fixture.mirror(url: url).fetch().head == first)
                let missing = await gitError { try await fixture.mirror(url: "http://127.0.0.1:\(port)/none.git").fetch() }
                #expect(missing?.code == .remoteMissing)
                #expect(missing?.isTransient == true)
            }
        }
    }

    @Test func sendsCredentialsOnlyWhenTheyAreRight() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            // ada:secret and x-access-token:secret
            let accepted = ["Basic YWRhOnNlY3JldA==", "Basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0"]
            try await withServer(Self.backend(fixture, authorization: accepted)) { port async throws in
                let url = "http://127.0.0.1:\(port)/remote.git"
                for credentials in [GitCredentials.userPassword(user: "ada", password: "secret"), .token("secret")] {
                    #expect(try await fixture.mirror(url: url, credentials: credentials).fetch().head == first)
                }
                #expect(try await fixture.mirror(url: "http://ada:secret@127.0.0.1:\(port)/remote.git").fetch().head == first)
                let none = await gitError { try await fixture.mirror(url: url).fetch() }
                #expect(none?.code == .authentication)
                #expect(none?.message.contains("it asks for credentials and none are configured") == true)
                let wrong = await gitError { try await fixture.mirror(url: url, credentials: .token("canary")).fetch() }
                #expect(wrong?.code == .authentication)
                #expect(wrong?.isTransient == false)
                #expect(wrong?.message.contains("canary") == false)
            }
        }
    }

    @Test func followsARedirectionWithinTheServerAndNoOther() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let thief = Router(context: TestContext.self)
            let stolen = Mutex<Int>(0)
            thief.get("**") { _, _ in
                stolen.withLock { $0 += 1 }
                return "thanks"
            }
            try await withServer(thief) { thiefPort async throws in
                let router = Self.backend(fixture)
                router.get("/old/info/refs") { _, _ in
                    Response(status: .movedPermanently, headers: [.location: "/remote.git/info/refs?service=git-upload-pack"])
                }
                router.get("/away/info/refs") { _, _ in
                    Response(
                        status: .found, headers: [.location: "http://127.0.0.1:\(thiefPort)/remote.git/info/refs?service=git-upload-pack"])
                }
                router.get("/circle/info/refs") { _, _ in
                    Response(status: .found, headers: [.location: "/circle/info/refs?service=git-upload-pack"])
                }
                try await withServer(router) { port async throws in
                    let base = "http://127.0.0.1:\(port)"
                    #expect(try await fixture.mirror(url: base + "/old", credentials: .token("secret")).fetch().head == first)
                    let away = await gitError { try await fixture.mirror(url: base + "/away", credentials: .token("secret")).fetch() }
                    #expect(away?.code == .remoteMissing)
                    #expect(away?.message.contains("has moved to http://127.0.0.1:\(thiefPort)/remote.git/info/refs") == true)
                    let circle = await gitError { try await fixture.mirror(url: base + "/circle").fetch() }
                    #expect(circle?.message.contains("redirects in a circle") == true)
                }
            }
            #expect(stolen.withLock { $0 } == 0)
        }
    }

    @Test func serversThatAreNoneOrBrokenSaySo() async throws {
        try await GitFixture.with { fixture async throws in
            let router = Router(context: TestContext.self)
            router.get("/page/info/refs") { _, _ in Response(status: .ok, headers: [.contentType: "text/html"]) }
            router.get("/busy/info/refs") { _, _ in Response(status: .serviceUnavailable) }
            router.get("/lies/info/refs") { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "application/x-git-upload-pack-advertisement"],
                    body: .init(byteBuffer: ByteBuffer(string: "001e# service=git-upload-pack\n0000zzzz")))
            }
            router.get("/silent/info/refs") { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "application/x-git-upload-pack-advertisement"],
                    body: .init { writer in
                        try await writer.write(ByteBuffer(string: "001e# service=git-upload-pack\n"))
                        await waitForShutdown()
                    })
            }
            try await withServer(router) { port async throws in
                func error(_ path: String, _ timeouts: GitTimeouts = GitTimeouts()) async -> GitError? {
                    await gitError { try await fixture.mirror(url: "http://127.0.0.1:\(port)\(path)", timeouts: timeouts).fetch() }
                }
                let page = await error("/page")
                #expect(page?.code == .remoteMissing)
                #expect(page?.message.contains("does not answer as a Git server: the answer is text/html") == true)
                let busy = await error("/busy")
                #expect(busy?.code == .network)
                #expect(busy?.isTransient == true)
                #expect(await error("/lies") != nil)
                let stalled = await error("/silent", GitTimeouts(stall: .milliseconds(200)))
                #expect(stalled?.code == .timedOut)
                let late = await error("/silent", GitTimeouts(fetch: .milliseconds(300)))
                #expect(late?.code == .timedOut)
                #expect(late?.message.hasSuffix("took longer than 0.3 seconds and was stopped") == true)
            }
        }
    }

    @Test func cancellingTheTaskEndsTheFetch() async throws {
        try await GitFixture.with { fixture async throws in
            let arrived = Gate()
            let router = Router(context: TestContext.self)
            router.get("/slow/info/refs") { _, _ in
                arrived.open()
                await waitForShutdown()
                return "late"
            }
            try await withServer(router) { port async throws in
                let mirror = try fixture.mirror(url: "http://127.0.0.1:\(port)/slow")
                let task = Task { try await mirror.fetch() }
                await arrived.wait()
                task.cancel()
                let error = await gitError { try await task.value }
                #expect(error?.code == .cancelled)
            }
        }
    }

    @Test func trustsOnlyTheGivenAuthority() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let authority = try CertificateAuthority.make(commonName: "git", at: unixSeconds())
            let identity = try authority.issueServer(commonName: "git", dnsNames: [], ipAddresses: ["127.0.0.1"], at: unixSeconds())
            let configuration = NIOSSL.TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: identity.privateKeyPEM, format: .pem)))
            try await withServer(Self.backend(fixture), server: .tls(.http1(), tlsConfiguration: configuration)) { port async throws in
                let url = "https://127.0.0.1:\(port)/remote.git"
                #expect(try await fixture.mirror(url: url, caPEM: authority.certificatePEM).fetch().head == first)
                let error = await gitError { try await fixture.mirror(url: url).fetch() }
                #expect(error?.code == .tls)
                #expect(error?.isTransient == false)
            }
        }
    }

    /// Serves the fixture's folder as `git http-backend` does behind a web server.
    ///
    /// - Parameter credentials: hears of every Authorization header.
    static func backend(
        _ fixture: GitFixture, authorization: [String]? = nil, credentials: (@Sendable (String) -> Void)? = nil
    ) -> Router<TestContext> {
        let router = Router(context: TestContext.self)
        let handler: @Sendable (Request, TestContext) async throws -> Response = { request, _ in
            if let header = request.headers[.authorization] { credentials?(header) }
            if let authorization, !authorization.contains(request.headers[.authorization] ?? "") { return Response(status: .unauthorized) }
            let body = try await request.body.collect(upTo: 16 << 20)
            let environment: [Subprocess.Environment.Key: String] = [
                "PATH": "/usr/bin:/bin", "HOME": fixture.folder, "GIT_CONFIG_NOSYSTEM": "1", "GIT_PROJECT_ROOT": fixture.folder,
                "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": request.uri.path, "QUERY_STRING": request.uri.query ?? "",
                "REQUEST_METHOD": request.method.rawValue, "CONTENT_TYPE": request.headers[.contentType] ?? "",
                "CONTENT_LENGTH": "\(body.readableBytes)", "REMOTE_ADDR": "127.0.0.1",
            ]
            let result = try await run(
                .name("git"), arguments: ["http-backend"], environment: .custom(environment), input: .array(Array(body.readableBytesView)),
                output: .bytes(limit: 16 << 20), error: .discarded)
            return response(cgi: result.standardOutput)
        }
        router.get("/:repository/info/refs", use: handler)
        router.post("/:repository/git-upload-pack", use: handler)
        router.post("/:repository/git-receive-pack", use: handler)
        return router
    }

    private static func response(cgi bytes: [UInt8]) -> Response {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return Response(status: .badGateway) }
        var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: bytes[end.upperBound...])))
        for line in String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = HTTPTypes.HTTPField.Name(String(parts[0])) else { continue }
            let value = String(parts[1]).trimmed
            if name.canonicalName == "status", let code = Int(value.prefix(3)) {
                response.status = .init(code: code)
            } else {
                response.headers[name] = value
            }
        }
        return response
    }
}
