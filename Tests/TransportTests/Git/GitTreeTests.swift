import Git
import Testing

/// Reading files of a commit, and what must not be read.
@Suite struct GitTreeTests {
    @Test func tellsKindsReadsFilesAndListsFolders() async throws {
        try await withCommit { mirror, id async throws in
            try await mirror.withTree(at: id) { tree throws in
                #expect(tree.commit == id)
                #expect(try tree.kind(of: "") == GitEntryKind.directory)
                #expect(try tree.kind(of: "environments") == GitEntryKind.directory)
                #expect(try tree.kind(of: "environments/staging/") == GitEntryKind.directory)
                #expect(try tree.kind(of: "environments/staging/kustomization.yaml") == GitEntryKind.file(bytes: 5))
                #expect(try tree.kind(of: "./environments//staging/kustomization.yaml") == GitEntryKind.file(bytes: 5))
                #expect(try tree.kind(of: "run.sh") == GitEntryKind.file(bytes: 2))
                #expect(try tree.kind(of: "nothing") == nil)
                #expect(try tree.kind(of: "run.sh/below") == nil)
                #expect(try tree.kind(of: "link") == GitEntryKind.symbolicLink)
                #expect(try tree.kind(of: "module") == GitEntryKind.submodule)
                #expect(try tree.read("environments/staging/kustomization.yaml") == Array("kind:".utf8))
                #expect(try tree.read("empty") == [])
                #expect(try tree.list("").sorted() == ["empty", "environments", "link", "module", "run.sh", "ä.txt"])
                #expect(try tree.list("environments") == ["staging"])
                #expect(try tree.read("ä.txt") == Array("umlaut".utf8))
            }
        }
    }

    @Test func namesContentByItsObjectId() async throws {
        try await withCommit { mirror, id async throws in
            try await mirror.withTree(at: id) { tree throws in
                // As `git hash-object` says for these bytes.
                let file = try tree.identity(of: "environments/staging/kustomization.yaml")
                #expect(file == GitEntryIdentity(kind: .file, object: "e8f256cc77564f6895e5dca3b36bf935770b193b"))
                #expect(try tree.identity(of: "empty")?.object == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
                #expect(try tree.identity(of: "environments")?.kind == .directory)
                #expect(try tree.identity(of: "environments")?.object != tree.identity(of: "")?.object)
                #expect(try tree.identity(of: "link")?.kind == .symbolicLink)
                #expect(try tree.identity(of: "nothing") == nil)
            }
        }
    }

    @Test(arguments: [
        "../etc/passwd", "environments/../../x", "/etc/passwd", "a\u{0}b", ".git/config", "a/.GIT/config", ".git ", ".git.",
        ".git::$INDEX_ALLOCATION",
        "GIT~1/config", ".g\u{200C}it/config", String(repeating: "a/", count: 100), String(repeating: "a", count: 5000),
    ])
    func refusesPathsThatLeaveTheTree(path: String) async throws {
        try await withCommit { mirror, id async throws in
            try await mirror.withTree(at: id) { tree throws in
                for attempt in [{ _ = try tree.kind(of: path) }, { _ = try tree.read(path) }, { _ = try tree.list(path) }]
                    as [() throws -> Void]
                {
                    let error = #expect(throws: GitError.self) { try attempt() }
                    #expect(error?.code == .invalidPath)
                }
            }
        }
    }

    @Test func neverFollowsLinksAndSubmodules() async throws {
        try await withCommit { mirror, id async throws in
            try await mirror.withTree(at: id) { tree throws in
                for path in ["link", "module", "link/kustomization.yaml", "module/file", "environments"] {
                    let error = #expect(throws: GitError.self) { try tree.read(path) }
                    #expect(error?.code == .invalidPath)
                }
                let through = #expect(throws: GitError.self) { try tree.kind(of: "link/kustomization.yaml") }
                #expect(
                    through?.message.hasPrefix("path \"link/kustomization.yaml\": link is a symbolic link, which is not followed; ") == true
                )
                #expect(#expect(throws: GitError.self) { try tree.list("run.sh") }?.code == .invalidPath)
                #expect(#expect(throws: GitError.self) { try tree.list("nothing") }?.code == .notFound)
                let missing = #expect(throws: GitError.self) { try tree.read("nothing") }
                #expect(missing?.message == "nothing is not in commit \(id.short)")
            }
        }
    }

    @Test func refusesWhatIsTooLarge() async throws {
        var limits = GitLimits()
        limits.fileBytes = 4
        limits.folderEntries = 3
        try await withCommit(limits: limits) { mirror, id async throws in
            try await mirror.withTree(at: id) { tree throws in
                let file = #expect(throws: GitError.self) { try tree.read("environments/staging/kustomization.yaml") }
                #expect(file?.code == .tooLarge)
                #expect(try tree.read("run.sh") == Array("#!".utf8))
                #expect(#expect(throws: GitError.self) { try tree.list("") }?.code == .tooLarge)
            }
        }
    }

    @Test func theErrorOfTheBodyComesOut() async throws {
        struct Other: Error {}
        try await withCommit { mirror, id async throws in
            await #expect(throws: Other.self) { try await mirror.withTree(at: id) { _ in throw Other() } }
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await mirror.withTree(at: id) { try $0.read("run.sh").count } } }
                return try await group.reduce(0, +)
            }
            #expect(sizes == 100)
        }
    }

    private func withCommit(limits: GitLimits = GitLimits(), _ body: (Mirror, CommitID) async throws -> Void) async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push([
                "environments/staging/kustomization.yaml": "kind:", "run.sh": "#!", "empty": "", "ä.txt": "umlaut",
            ])
            try await tool("ln", "-s", "environments/staging", "link", in: fixture.work)
            try await fixture.git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,module")
            try await fixture.git("add", "link")
            try await fixture.git("commit", "-q", "-m", "Links")
            try await fixture.git("push", "-q", "origin", "HEAD:main")
            let mirror = try fixture.mirror(limits: limits)
            try await body(mirror, try await mirror.fetch().head)
        }
    }
}
