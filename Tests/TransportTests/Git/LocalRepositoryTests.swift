import Git
import Testing

@Suite struct LocalRepositoryTests {
    @Test func aRevisionIsReadUnderAllItsNames() async throws {
        try await GitFixture.with { fixture in
            let first = try await fixture.push(["deploy/a.txt": "one"], date: 1_700_000_000)
            try await fixture.git("tag", "v1")
            try await fixture.git("tag", "-a", "v1-signed", "-m", "annotated")
            let second = try await fixture.push(["deploy/a.txt": "two"], date: 1_700_000_100)
            let repository = LocalRepository(folder: fixture.work)
            for name in ["v1", "v1-signed", "HEAD~1", "main^", first.text, String(first.text.prefix(8))] {
                #expect(try await repository.resolve(name) == first, "\(name)")
            }
            for name in ["HEAD", "main", "refs/heads/main", "origin/main"] {
                #expect(try await repository.resolve(name) == second, "\(name)")
            }
            // What lies in the folder does not count.
            let text = try await repository.withTree(at: "v1") { tree, prefix in (try tree.read("deploy/a.txt"), prefix) }
            #expect(text.0 == Array("one".utf8) && text.1 == "")
            let below = try await LocalRepository(folder: fixture.work + "/deploy").withTree(at: "main") { _, prefix in prefix }
            #expect(below == "deploy")
            #expect(try await LocalRepository(folder: fixture.bare).resolve("main") == second)
        }
    }

    @Test func anUnknownRevisionNamesTheNearest() async throws {
        try await GitFixture.with { fixture in
            try await fixture.push(["a": "b"])
            try await fixture.git("tag", "release-1")
            let repository = LocalRepository(folder: fixture.work)
            for (wrong, right) in [("mian", "main"), ("relaese-1~2", "release-1"), ("origin/mian", "origin/main")] {
                let error = await #expect(throws: GitError.self) { try await repository.resolve(wrong) }
                #expect(
                    error?.code == .notFound && error?.message.contains("did you mean \"\(right)\"?") == true, "\(error?.message ?? "")")
            }
            for wrong in ["", ":/a", "HEAD:a", "v9", "HEAD~100", "abcdef1234", String(repeating: "x", count: 1000)] {
                let error = await #expect(throws: GitError.self) { try await repository.resolve(wrong) }
                #expect(error?.code == .notFound, "\(wrong)")
            }
        }
    }

    @Test func aFolderWithoutARepositorySaysSo() async throws {
        try await withTemporaryFolder { folder in
            let error = await #expect(throws: GitError.self) { try await LocalRepository(folder: folder).resolve("main") }
            #expect(error?.message == "\(folder) is not in a Git repository, so it has no revisions")
        }
    }
}
