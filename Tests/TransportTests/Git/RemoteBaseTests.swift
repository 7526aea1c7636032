import Git
import Helm
import Hummingbird
import Kustomize
import Manifests
import Synchronization
import Testing

@testable import Controller

/// Remote bases, from a watched repository to objects, by the real `git http-backend`. The repository is its own remote.
@Suite struct RemoteBaseTests {
    private static func config(_ name: String) -> String { "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\n" }

    private static func environment(_ name: String, _ resource: String) -> [String: String] {
        [
            "environments/\(name)/environment.yaml":
                "apiVersion: slipway.dev/v1\nkind: Environment\nmetadata: {name: \(name)}\nspec: {target: {namespace: nova-\(name)}}\n",
            "environments/\(name)/kustomization.yaml": "resources: ['\(resource)']\n",
        ]
    }

    private static func pushBase(_ fixture: GitFixture) async throws -> CommitID {
        try await fixture.push(["deploy/web/kustomization.yaml": "resources: [web.yaml]\n", "deploy/web/web.yaml": config("web")])
    }

    private static func renderer(_ fixture: GitFixture, hosts: [String]) async throws -> RevisionRenderer {
        let mirror = try fixture.mirror()
        _ = try await mirror.fetch()
        return RevisionRenderer(
            mirror: mirror, helm: HelmProgram("/nonexistent/helm"), remotes: RemoteBases(hosts: hosts, folder: fixture.folder + "/remotes"))
    }

    private static func message(_ rendered: RevisionRenderer.Results, _ name: String) -> String {
        guard case .rendered(.failure(let error), _)? = rendered.first(where: { $0.name == name })?.result else { return "it was rendered" }
        return error.message
    }

    @Test func theyAreFetchedAndRenderedWithoutCredentials() async throws {
        try await GitFixture.with { fixture async throws in
            let base = try await Self.pushBase(fixture)
            let credentials = Mutex<[String]>([])
            let router = HTTPRemoteTests.backend(fixture) { header in credentials.withLock { $0.append(header) } }
            let head = try await withServer(router) { port async throws in
                let url = "http://127.0.0.1:\(port)/remote.git//deploy/web?ref=\(base)"
                let head = try await fixture.push(Self.environment("a", url).merging(Self.environment("b", url)) { one, _ in one })
                let (results, isFinal) = try await Self.renderer(fixture, hosts: ["http://127.0.0.1:\(port)"]).render(head, known: [:])
                #expect(isFinal && results.map(\.name) == ["a", "b"])
                for (_, result) in results { #expect(result.rendered?.objects.map(\.name) == ["web"]) }
                return (head, port)
            }
            #expect(credentials.withLock { $0 } == [])
            // Once it is there, nobody is asked: the server is gone now.
            let (results, isFinal) = try await Self.renderer(fixture, hosts: ["http://127.0.0.1:\(head.1)"]).render(head.0, known: [:])
            #expect(isFinal)
            #expect(results[0].result.rendered?.objects.count == 1)
        }
    }

    @Test func aHostThatIsNotAllowedIsNotAsked() async throws {
        try await GitFixture.with { fixture async throws in
            let asked = Mutex<Int>(0)
            let router = Router(context: TestContext.self)
            router.get("**") { _, _ in
                asked.withLock { $0 += 1 }
                return "thanks"
            }
            try await withServer(router) { port async throws in
                let url = "http://127.0.0.1:\(port)/remote.git//deploy/web?ref=\(String(repeating: "1", count: 40))"
                let head = try await fixture.push(Self.environment("a", url))
                for hosts in [[], ["127.0.0.1:\(port)"], ["http://127.0.0.1"], ["http://localhost:\(port)"]] {
                    let (results, isFinal) = try await Self.renderer(fixture, hosts: hosts).render(head, known: [:])
                    #expect(isFinal && Self.message(results, "a").contains("remote bases are refused unless their host is allowed"))
                }
            }
            #expect(asked.withLock { $0 } == 0)
        }
    }

    @Test func aHostThatIsGoneIsTriedAgainAndHoldsUpNoOther() async throws {
        try await GitFixture.with { fixture async throws in
            let url = "http://127.0.0.1:1/remote.git//deploy/web?ref=\(String(repeating: "1", count: 40))"
            var files = Self.environment("a", url).merging(Self.environment("b", "b.yaml")) { one, _ in one }
            files["environments/b/b.yaml"] = Self.config("b")
            let head = try await fixture.push(files)
            let (results, isFinal) = try await Self.renderer(fixture, hosts: ["http://127.0.0.1:1"]).render(head, known: [:])
            #expect(!isFinal)
            let text = Self.message(results, "a")
            #expect(text.hasPrefix("environments/a/kustomization.yaml:1:13: \(url) is not fetched yet: "), "\(text)")
            #expect(text.contains("cannot be reached"), "\(text)")
            #expect(results[1].result.rendered?.objects.count == 1)
        }
    }

    @Test func aCommitThatIsNotThereAndARedirectionElsewhereAreSaid() async throws {
        try await GitFixture.with { fixture async throws in
            _ = try await Self.pushBase(fixture)
            let router = HTTPRemoteTests.backend(fixture)
            router.get("/away/info/refs") { _, _ in
                Response(status: .found, headers: [.location: "http://127.0.0.2:1/remote.git/info/refs?service=git-upload-pack"])
            }
            try await withServer(router) { port async throws in
                let base = "http://127.0.0.1:\(port)"
                let commit = String(repeating: "1", count: 40)
                let head = try await fixture.push(
                    Self.environment("a", "\(base)/remote.git//deploy/web?ref=\(commit)").merging(
                        Self.environment("b", "\(base)/away//deploy/web?ref=\(commit)")
                    ) { one, _ in one })
                let (results, isFinal) = try await Self.renderer(fixture, hosts: [base]).render(head, known: [:])
                #expect(isFinal)
                #expect(Self.message(results, "a").contains("no branch and no tag leads to it"))
                #expect(Self.message(results, "b").contains("has moved to http://127.0.0.2:1/remote.git"))
            }
        }
    }

    /// As the command line does it.
    @Test func aFolderIsRenderedAgainUntilNothingIsMissing() async throws {
        try await GitFixture.with { fixture async throws in
            let inner = try await Self.pushBase(fixture)
            try await withServer(HTTPRemoteTests.backend(fixture)) { port async throws in
                let url = "http://127.0.0.1:\(port)/remote.git"
                // A remote base that names another, which is only seen when the first is there.
                let outer = try await fixture.push([
                    "outer/kustomization.yaml": "resources: ['\(url)//deploy/web?ref=\(inner)']\nnamePrefix: x-\n"
                ])
                let files = InMemoryFiles(Self.environment("a", "\(url)//outer?ref=\(outer)"))
                let remotes = RemoteBases(hosts: ["http://127.0.0.1:\(port)"], folder: fixture.folder + "/remotes")
                let renderer = RepositoryRenderer(files: files, remotes: remotes.trees)
                let rendered = try await remotes.rendering { () throws(ControllerError) in try renderer.render("a") }
                #expect(rendered.objects.map(\.name) == ["x-web"])
                await remotes.close()
            }
        }
    }
}
