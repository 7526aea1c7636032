import Git
import Testing

/// What lies between two commits: other commits, their authors, and paths.
@Suite struct CommitRangeTests {
    @Test func aMergeBringsTheCommitsOfBothParents() async throws {
        try await GitFixture.with { fixture async throws in
            let base = try await fixture.push(["a.txt": "one"])
            try await fixture.git("checkout", "-q", "-b", "side")
            let side = try await fixture.push(["b.txt": "b"], message: "Side\n\nCo-Authored-By: Eve <eve@example.com>\n")
            try await fixture.git("checkout", "-q", "main")
            let main = try await fixture.push(["a.txt": "two"])
            try await fixture.git("merge", "-q", "--no-edit", "side")
            try await fixture.git("push", "-q", "-f", "origin", "HEAD:main")
            let merge = try await fixture.head()
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            #expect(Set(try await mirror.commits(of: merge, notIn: base, limit: 10) ?? []) == [side, main, merge])
            #expect(try await mirror.commits(of: merge, notIn: base, limit: 3)?.count == 3)
            #expect(try await mirror.commits(of: merge, notIn: base, limit: 2) == nil)
            #expect(try await mirror.commits(of: base, notIn: merge, limit: 10) == [])
            #expect(try await mirror.commits(of: merge, notIn: nil, limit: 10)?.count == 4)
            #expect(
                try await mirror.authors(of: merge, notIn: base, limit: 10) == [
                    "Ada <ada@example.com>", "Bob <bob@example.com>", "Eve <eve@example.com>",
                ],
                "author, committer, and whom the message names")
            #expect(try await mirror.authors(of: merge, notIn: base, limit: 2) == nil)
            #expect(try await mirror.authors(of: base, notIn: merge, limit: 2) == ["Ada <ada@example.com>", "Bob <bob@example.com>"])
            #expect(try await mirror.holds(side))
            #expect(try await !mirror.holds(try #require(CommitID(String(repeating: "1", count: 40)))))
        }
    }

    @Test func changedPaths() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a/b/c.txt": "1", "a/d.txt": "1", "e.txt": "1", "f/g.txt": "1", "run.sh": "1"])
            try await fixture.git("rm", "-q", "-r", "f")
            try await fixture.git("mv", "e.txt", "h.txt")
            try await fixture.git("update-index", "--chmod=+x", "run.sh")
            try await tool("chmod", "+x", fixture.work + "/run.sh")
            let second = try await fixture.push(["a/b/c.txt": "2", "f": "now a file", "new/deep/x.txt": "1"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            let paths = ["a/b/c.txt", "e.txt", "f", "f/g.txt", "h.txt", "new/deep/x.txt", "run.sh"]
            #expect(try await mirror.changedPaths(from: first, to: second, limit: 100) == paths)
            #expect(try await mirror.changedPaths(from: second, to: first, limit: 100) == paths)
            #expect(try await mirror.changedPaths(from: second, to: second, limit: 100) == [])
            #expect(try await mirror.changedPaths(from: first, to: second, limit: 7)?.count == 7)
            #expect(try await mirror.changedPaths(from: first, to: second, limit: 6) == nil)
            #expect(
                try await mirror.changedPaths(from: nil, to: first, limit: 100)
                    == ["a/b/c.txt", "a/d.txt", "e.txt", "f/g.txt", "run.sh"])
        }
    }
}
