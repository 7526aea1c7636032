import Manifests
import Testing

@testable import Kustomize

@Suite("Remote bases")
struct RemoteBaseTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"
    private static let base = RemoteTree(url: "https://git.example/org/base", commit: commit)

    /// Renders `app` with these remote trees there, all of `git.example` being allowed.
    private static func render(
        _ texts: [String: String], remotes: [RemoteTree: [String: String]] = [:], limits: RenderLimits = .standard
    ) throws -> Rendering {
        let trees = RemoteTrees(isAllowed: { $0.hasPrefix("https://git.example/") }, find: { remotes[$0].map { InMemoryFiles($0) } })
        return try Renderer(files: InMemoryFiles(texts), remotes: trees, yaml: .standard, limits: limits).render("app")
    }

    private static func failure(
        _ texts: [String: String], remotes: [RemoteTree: [String: String]] = [:], limits: RenderLimits = .standard
    ) -> RenderError? {
        do {
            _ = try render(texts, remotes: remotes, limits: limits)
            return nil
        } catch let error as RenderError {
            return error
        } catch {
            return nil
        }
    }

    private static func config(_ name: String) -> String { "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\n" }
    private static func overlay(_ entry: String, _ more: String = "") -> [String: String] {
        ["app/kustomization.yaml": "resources: ['\(entry)']\n\(more)"]
    }
    private static let reference = "https://git.example/org/base//deploy/web?ref=\(commit)"

    // MARK: What is written

    @Test(arguments: [
        ("https://github.com/org/repo//deploy/web?ref=main", "https://github.com/org/repo", "deploy/web", "main"),
        ("https://github.com/org/repo/deploy/web?ref=v1", "https://github.com/org/repo", "deploy/web", "v1"),
        ("https://github.com/org/repo", "https://github.com/org/repo", "", nil),
        ("https://GitHub.com/org/repo/?ref=v1", "https://github.com/org/repo", "", "v1"),
        ("github.com/org/repo/deploy?ref=v1", "https://github.com/org/repo", "deploy", "v1"),
        ("github.com/org/repo//deploy?ref=v1", "https://github.com/org/repo", "deploy", "v1"),
        ("gh:org/repo", "https://github.com/org/repo", "", nil),
        ("git::https://git.example/a/b/c//d?ref=v1", "https://git.example/a/b/c", "d", "v1"),
        (
            "https://git.example:8443/a/b/c.git/d/e?version=v1&timeout=90s&submodules=false", "https://git.example:8443/a/b/c.git", "d/e",
            "v1"
        ),
        ("https://dev.azure.com/org/project/_git/repo/deploy?ref=v1", "https://dev.azure.com/org/project/_git/repo", "deploy", "v1"),
        ("http://git.example/a/b//./c/../d/?ref=v1", "http://git.example/a/b", "d", "v1"),
        ("example.com/a/b?ref=v1", "https://example.com/a/b", "", "v1"),
        ("https://github.com/org/repo?ref=", "https://github.com/org/repo", "", nil),
    ])
    func forms(_ text: String, _ url: String, _ path: String, _ ref: String?) throws {
        #expect(RemoteReference.isRemote(text) || text.hasPrefix("gh:"))
        let reference = try RemoteReference(text)
        #expect(reference.url == url && reference.path == path && reference.ref == ref)
    }

    @Test(arguments: [
        ("git@github.com:org/repo.git//deploy?ref=v1", "is reached by SSH, and no credentials are sent for remote bases"),
        ("git::git@github.com:org/repo.git", "is reached by SSH, and no credentials are sent for remote bases"),
        ("ssh://git@github.com/org/repo", "is reached by SSH, and no credentials are sent for remote bases"),
        ("https://user:secret@github.com/org/repo?ref=v1", "carries a user; no credentials are sent for remote bases"),
        ("file:///srv/git/repo", "is a path of one machine"), ("ftp://host/org/repo", "has the scheme ftp"),
        ("https:///org/repo", "names no host"), ("https://host/", "names no repository"), ("https://host//x", "names no repository"),
        ("https://host/a/../b//x", "names no repository"), ("https://host/a/b+c//x", "names no repository"),
        ("https://host/a/b//../x?ref=v1", "leads out of that repository"), ("https://host/a/b?token=x", "has \"token=x\" in its query"),
    ])
    func problems(_ text: String, _ message: String) {
        let problem = #expect(throws: RemoteReference.Problem.self) { try RemoteReference(text) }
        #expect(problem?.message == message)
    }

    @Test(arguments: [
        (nil, "is not pinned: it has no ref"), ("main", "is not pinned: \"main\" may be another commit tomorrow"),
        ("0123456", "is not pinned: \"0123456\" may be another commit tomorrow"),
        (
            "g123456789abcdef0123456789abcdef01234567",
            "is not pinned: \"g123456789abcdef0123456789abcdef01234567\" may be another commit tomorrow"
        ),
    ])
    func onlyAFullCommitWillDo(_ ref: String?, _ message: String) {
        let entry = "https://git.example/org/base//deploy" + (ref.map { "?ref=\($0)" } ?? "")
        let error = Self.failure(Self.overlay(entry))
        #expect(error?.code == .remoteResource && error?.message == "\(entry) \(message)" && error?.neededTree == nil)
        #expect(error?.hint?.contains("git ls-remote https://git.example/org/base shows them") == true)
    }

    @Test func rootsOfDifferentTreesDiffer() {
        let urls = ["https://h:1/a/b", "https://h/1/a/b", "http://h/1/a/b", "https://h/1.a/b", "https://h/1/a.b"]
        let trees = urls.map { RemoteTree(url: $0, commit: Self.commit) }
        #expect(Set(trees.map(\.root)).count == urls.count)
        for tree in trees {
            let split = RemoteTree.split(tree.root + "/a/b@c")
            #expect(split?.tree == tree && split?.path == "a/b@c")
        }
    }

    // MARK: Refused and needed

    @Test func withoutAnAllowedHostTheErrorSaysHowToAllowIt() {
        let error = Self.failure(Self.overlay("https://github.com/org/repo//deploy?ref=main"))
        #expect(
            error.map { "\($0)" }
                == "app/kustomization.yaml:1:13: https://github.com/org/repo//deploy?ref=main is on another host, github.com, and remote bases are "
                + "refused unless their host is allowed (copy it into the repository; or allow the host by render.remoteBases.hosts in the "
                + "controller's configuration and --allow-remote-host on the command line)")
    }

    @Test func whatMustBeFetchedIsTold() {
        let error = Self.failure(Self.overlay(Self.reference.replacing("abcdef", with: "ABCDEF")))
        #expect(error?.neededTree == Self.base && error?.message.hasSuffix("is not fetched yet") == true)
    }

    @Test func onlyResourcesAndComponentsMayBeRemote() {
        for field in ["patches: [{path: '\(Self.reference)'}]", "configMapGenerator: [{name: a, files: ['x=\(Self.reference)']}]"] {
            #expect(Self.failure(["app/kustomization.yaml": field + "\n"])?.neededTree == nil)
        }
    }

    // MARK: Rendering

    @Test func aBaseOfAnotherRepositoryIsRendered() throws {
        let remote = [
            "deploy/web/kustomization.yaml": "resources: [web.yaml, ../shared]\n", "deploy/web/web.yaml": Self.config("web"),
            "deploy/shared/kustomization.yaml": "resources: [shared.yaml]\n", "deploy/shared/shared.yaml": Self.config("shared"),
        ]
        let rendering = try Self.render(Self.overlay(Self.reference, "namePrefix: x-\n"), remotes: [Self.base: remote])
        #expect(rendering.objects.map(\.name) == ["x-web", "x-shared"])
        #expect(rendering.files[0] == "remote:git.example+org+base@\(Self.commit)/deploy/web/web.yaml")
    }

    @Test func theRootOfARepositoryIsABaseAndItMayNameOthers() throws {
        let other = RemoteTree(url: "https://git.example/org/other", commit: String(repeating: "a", count: 40))
        let texts = [
            "app/kustomization.yaml": "resources: ['https://git.example/org/base?ref=\(Self.commit)']\ncomponents: ['\(Self.reference)']\n"
        ]
        let rendering = try Self.render(
            texts,
            remotes: [
                Self.base: [
                    "kustomization.yaml": "resources: ['https://git.example/org/other?ref=\(other.commit)']\n",
                    "deploy/web/kustomization.yaml": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnameSuffix: -c\n",
                ], other: ["kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": Self.config("a")],
            ])
        #expect(rendering.objects.map(\.name) == ["a-c"])
    }

    @Test func originsNameTheRepository() throws {
        let remote = ["deploy/web/kustomization.yaml": "resources: [web.yaml]\n", "deploy/web/web.yaml": Self.config("web")]
        let rendering = try Self.render(
            Self.overlay(Self.reference, "buildMetadata: [originAnnotations]\n"), remotes: [Self.base: remote])
        #expect(
            rendering.objects[0].annotations?["config.kubernetes.io/origin"]
                == .string("path: deploy/web/web.yaml\nrepo: https://git.example/org/base\nref: \(Self.commit)\n"))
    }

    // MARK: Walls between trees

    @Test(arguments: [
        ("../../../app/secret.yaml", "../../../app/secret.yaml leads out of the repository"),
        ("../../../../app", "../../../../app leads out of the repository"), ("/app", "/app is an absolute path"),
        ("app/secret.yaml", "remote:git.example+org+base@\(commit)/deploy/web/app/secret.yaml does not exist"),
    ])
    func aRemoteTreeDoesNotSeeTheWatchedRepository(_ entry: String, _ message: String) {
        var texts = Self.overlay(Self.reference)
        texts["app/secret.yaml"] = Self.config("secret")
        let error = Self.failure(texts, remotes: [Self.base: ["deploy/web/kustomization.yaml": "resources: [\(entry)]\n"]])
        #expect(error?.message == message)
        #expect(error?.position?.file == "remote:git.example+org+base@\(Self.commit)/deploy/web/kustomization.yaml")
    }

    /// Not even after it has been mounted, and not into one that a folder of the watched repository plays.
    @Test func theWatchedRepositoryDoesNotNameRemoteTreesByTheirRoots() {
        let root = Self.base.root
        let texts = [
            "app/kustomization.yaml": "resources: ['\(Self.reference)', '../\(root)/deploy/web']\n",
            "\(root)/deploy/web/kustomization.yaml": "resources: []\n",
        ]
        let remotes = [Self.base: ["deploy/web/kustomization.yaml": "resources: [a.yaml]\n", "deploy/web/a.yaml": Self.config("a")]]
        #expect(Self.failure(texts, remotes: remotes)?.message == "../\(root)/deploy/web begins as only remote trees do")
    }

    @Test func remoteFilesAreNotResources() {
        let error = Self.failure(
            Self.overlay("https://git.example/org/base//a.yaml?ref=\(Self.commit)"), remotes: [Self.base: ["a.yaml": Self.config("a")]])
        #expect(error?.message.hasSuffix("is a file, and a remote base is a folder with a kustomization") == true)
    }

    @Test func circlesAndNumbersAreLimited() {
        let circle = Self.failure(
            Self.overlay(Self.reference), remotes: [Self.base: ["deploy/web/kustomization.yaml": "resources: ['\(Self.reference)']\n"]])
        #expect(circle?.code == .cycle)
        let trees = (0..<3).map { RemoteTree(url: "https://git.example/org/r\($0)", commit: Self.commit) }
        let entries = trees.map { "'\($0.url)?ref=\($0.commit)'" }.joined(separator: ", ")
        let remotes = Dictionary(uniqueKeysWithValues: trees.map { ($0, ["kustomization.yaml": "namePrefix: a\n"]) })
        let texts = ["app/kustomization.yaml": "resources: [\(entries)]\n"]
        #expect(Self.failure(texts, remotes: remotes, limits: RenderLimits(remotes: 3)) == nil)
        #expect(Self.failure(texts, remotes: remotes, limits: RenderLimits(remotes: 2))?.message.contains("2 are in use already") == true)
    }
}
