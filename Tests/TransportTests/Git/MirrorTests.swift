import FoundationEssentials
import Git
import Glibc
import Testing

/// The life of a mirror against bare repositories on this machine.
@Suite struct MirrorTests {
    @Test(arguments: [false, true])
    func fetchesTheBranchAndReadsTheCommit(asURL: Bool) async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"], message: "First\n\nWith a body.", date: 1_790_000_000)
            let mirror = try fixture.mirror(url: asURL ? "file://\(fixture.bare)" : fixture.bare)
            #expect(try await mirror.remoteHead() == RemoteHead.commit(first))
            let fetched = try await mirror.fetch()
            #expect(fetched == FetchResult(head: first, previous: nil, isForced: false))
            let commit = try await mirror.commit(first)
            #expect(commit.subject == "First")
            #expect(commit.message == "First\n\nWith a body.\n")
            #expect(commit.authorName == "Ada")
            #expect(commit.authorEmail == "ada@example.com")
            #expect(commit.authoredAt == 1_790_000_000)
            #expect(commit.committerName == "Bob")
            #expect(commit.committerEmail == "bob@example.com")
            #expect(commit.committedAt == 1_790_000_060)
            #expect(commit.parents == [])
            #expect(first.short == String(first.text.prefix(10)))

            let again = try await mirror.fetch()
            #expect(again == FetchResult(head: first, previous: first, isForced: false))
            #expect(!again.isChanged)

            let second = try await fixture.push(["a.txt": "two"])
            #expect(try await mirror.remoteHead() == RemoteHead.commit(second))
            #expect(try await mirror.fetch() == FetchResult(head: second, previous: first, isForced: false))
            #expect(try await mirror.commit(second).parents == [first])
            #expect(try await mirror.isAncestor(first, of: second))
            #expect(try await !mirror.isAncestor(second, of: first))
        }
    }

    @Test func followsAForcePushAndSaysSo() async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push(["a.txt": "one"])
            let second = try await fixture.push(["a.txt": "two"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            try await fixture.git("reset", "-q", "--hard", "HEAD~1")
            let other = try await fixture.push(["a.txt": "other"])
            #expect(try await mirror.fetch() == FetchResult(head: other, previous: second, isForced: true))
            // What was deployed stays readable.
            #expect(try await mirror.withTree(at: second) { try $0.read("a.txt") } == Array("two".utf8))
        }
    }

    @Test func anEmptyRepositorySaysSoAndRecovers() async throws {
        try await GitFixture.with { fixture async throws in
            let mirror = try fixture.mirror()
            #expect(try await mirror.remoteHead() == RemoteHead.emptyRepository)
            let error = await gitError { try await mirror.fetch() }
            #expect(error?.code == .emptyRepository)
            #expect(error?.isTransient == true)
            #expect(error?.message == "remote \(fixture.bare) is empty; push a first commit to branch main")
            let first = try await fixture.push(["a.txt": "one"])
            #expect(try await mirror.fetch().head == first)
        }
    }

    @Test func aDeletedBranchSaysWhatIsThereAndRecovers() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            try await fixture.git("push", "-q", "origin", "HEAD:release", "HEAD:develop")
            try await tool("git", "-C", fixture.bare, "update-ref", "-d", "refs/heads/main", home: fixture.folder)
            #expect(try await mirror.remoteHead() == RemoteHead.branchMissing(available: ["develop", "release"]))
            let error = await gitError { try await mirror.fetch() }
            #expect(error?.code == .branchMissing)
            #expect(
                error?.message
                    == "remote \(fixture.bare) has no branch main; it has develop, release; push the branch or configure another one")
            #expect(try await mirror.resolve("main") == first)
            let second = try await fixture.push(["a.txt": "two"])
            #expect(try await mirror.fetch() == FetchResult(head: second, previous: first, isForced: false))
        }
    }

    @Test func aMissingRemoteSaysSoAndRecovers() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            try FileManager.default.moveItem(atPath: fixture.bare, toPath: fixture.bare + ".away")
            for attempt in [await gitError { try await mirror.fetch() }, await gitError { try await mirror.remoteHead() }] {
                #expect(attempt?.code == .remoteMissing)
                #expect(attempt?.isTransient == true)
                #expect(attempt?.message.hasPrefix("remote \(fixture.bare) is not there: there is no such folder") == true)
            }
            #expect(try await mirror.commit(first).subject == "A change")
            try FileManager.default.createDirectory(atPath: fixture.bare, withIntermediateDirectories: true)
            #expect(await gitError { try await mirror.fetch() }?.code == .remoteMissing)
            try FileManager.default.removeItem(atPath: fixture.bare)
            try FileManager.default.moveItem(atPath: fixture.bare + ".away", toPath: fixture.bare)
            #expect(try await mirror.fetch().head == first)
        }
    }

    @Test func readsARemoteOfAnotherUser() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            // Only the superuser can give files away; for anybody else this remote is an ordinary one.
            if geteuid() == 0 { try await tool("chown", "-R", "65534:65534", fixture.bare) }
            #expect(try await fixture.mirror().fetch().head == first)
        }
    }

    @Test func findsCommitsByWhatPeopleType() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"], message: "One", date: 1_790_000_000)
            let second = try await fixture.push(["a.txt": "two"], message: "Two", date: 1_790_000_100)
            let mirror = try fixture.mirror()
            let early = await gitError { try await mirror.resolve("main") }
            #expect(early?.code == .notFound)
            _ = try await mirror.fetch()
            for text in ["main", "HEAD", second.text, second.short, String(second.text.prefix(7)).uppercased()] {
                #expect(try await mirror.resolve(text) == second)
            }
            #expect(try await mirror.resolve(first.short) == first)
            for text in ["", "abc", "nobranch", "refs/heads/main", "0000000000", "main~1", "../x", String(repeating: "a", count: 41)] {
                #expect(await gitError { try await mirror.resolve(text) }?.code == .notFound)
            }
            // The name of a tree is the name of no commit.
            let tree = try await fixture.git("rev-parse", "HEAD^{tree}").trimmed
            #expect(await gitError { try await mirror.resolve(tree) }?.code == .notFound)
            #expect(try await mirror.log(from: second, limit: 10).map(\.subject) == ["Two", "One"])
            #expect(try await mirror.log(from: second, limit: 1).map(\.id) == [second])
            #expect(try await mirror.log(from: second, limit: 0).isEmpty)
            let unknown = try #require(CommitID(String(repeating: "1", count: 40)))
            #expect(await gitError { try await mirror.log(from: unknown, limit: 1) }?.code == .notFound)
            #expect(await gitError { try await mirror.withTree(at: unknown) { _ in } }?.code == .notFound)
        }
    }

    @Test func tidiesUpAfterAFetchThatWasKilled() async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push(["a.txt": "one"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            let second = try await fixture.push(["a.txt": "two"])
            let leftovers = ["/refs/slipway/main.lock", "/packed-refs.lock", "/objects/pack/pack_git2_abc123"]
            for file in leftovers { try write([], to: fixture.mirrorPath + file) }
            #expect(try await mirror.fetch().head == second)
            for file in leftovers { #expect(!FileManager.default.fileExists(atPath: fixture.mirrorPath + file)) }
        }
    }

    @Test func onlyOneProcessFetchesAtATime() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            let descriptor = open(fixture.mirrorPath + "/fetch.lock", O_RDWR)
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let error = await gitError { try await mirror.fetch() }
            #expect(error?.code == .busy)
            #expect(error?.isTransient == true)
            #expect(try await mirror.resolve("main") == first)
            close(descriptor)
            #expect(try await mirror.fetch().head == first)
        }
    }

    @Test func refusesAFolderThatIsNoMirror() async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push(["a.txt": "one"])
            try FileManager.default.createDirectory(atPath: fixture.mirrorPath, withIntermediateDirectories: true)
            try write(Array("precious".utf8), to: fixture.mirrorPath + "/letter.txt")
            let error = await gitError { try await fixture.mirror().fetch() }
            #expect(error?.code == .storage)
            #expect(error?.message.contains("letter.txt") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.mirrorPath) == ["letter.txt"])
        }
    }

    @Test func aDamagedMirrorSaysSoAndARemovedOneIsFetchedAgain() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": String(repeating: "x", count: 1000)])
            let mirror = try fixture.mirror()
            _ = try await mirror.fetch()
            let packs = fixture.mirrorPath + "/objects/pack"
            let pack = try #require(try FileManager.default.contentsOfDirectory(atPath: packs).first { $0.hasSuffix(".pack") })
            try await tool("chmod", "600", "\(packs)/\(pack)")
            var bytes = try read("\(packs)/\(pack)")
            for index in 20..<(bytes.count - 20) { bytes[index] ^= 0x55 }
            try write(bytes, to: "\(packs)/\(pack)")
            let error = await gitError { try await mirror.withTree(at: first) { try $0.read("a.txt") } }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("remove the folder, it is fetched again at the next poll") == true)
            try FileManager.default.removeItem(atPath: fixture.mirrorPath)
            #expect(try await mirror.fetch() == FetchResult(head: first, previous: nil, isForced: false))
        }
    }

    @Test func stopsAFetchAboveItsLimits() async throws {
        try await GitFixture.with { fixture async throws in
            for index in 0..<5 { try await fixture.push(["file\(index).txt": "\(index)"]) }
            var limits = GitLimits()
            limits.fetchObjects = 10
            let error = await gitError { try await fixture.mirror(limits: limits).fetch() }
            #expect(error?.code == .tooLarge)
            #expect(error?.message == "remote \(fixture.bare) sends more than 10 objects; the fetch was stopped")
            #expect(try await fixture.mirror().fetch().isForced == false)
        }
    }

    @Test(arguments: [
        ("git://host/x", "main"), ("ftp://host/x", "main"), ("relative/path", "main"), ("", "main"), ("https://host/x?y=1", "main"),
        ("ssh://-oProxyCommand=x/y", "main"), ("-oProxyCommand=x:y", "main"), ("ssh://host/a\nb", "main"), ("file://other/x", "main"),
        ("/x", "-x"), ("/x", "a..b"), ("/x", ""), ("/x", "a b"), ("/x", "main.lock"), ("/x", "a:b"), ("/x", "refs/*"),
    ])
    func refusesRemotesThatCannotBeMeant(url: String, branch: String) async throws {
        let error = await gitError {
            try Mirror(
                path: "/tmp/never",
                remote: GitRemote(url: url, branch: branch, credentials: .sshKey(privateKeyPath: "/k", knownHostsPath: "/h")))
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func noMessageShowsCredentials() async throws {
        try await withTemporaryFolder { folder in
            let remote = GitRemote(url: "http://ada:canary@127.0.0.1:1/x.git", credentials: .token("canary"))
            #expect(remote.redactedURL == "http://127.0.0.1:1/x.git")
            let error = await gitError { try await Mirror(path: folder + "/m", remote: remote).fetch() }
            #expect(error?.code == .network)
            #expect(error?.message.contains("canary") == false)
            let bad = GitRemote(url: "https://ada:canary@host/x#y")
            #expect(await gitError { try Mirror(path: folder + "/m", remote: bad) }?.message.contains("canary") == false)
        }
    }
}
