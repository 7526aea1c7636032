import Foundation
import Git
import Hummingbird
import Testing

/// Commits that are named in full, by the real `git http-backend`.
@Suite struct PinnedCommitTests {
    private static func text(_ mirror: Mirror, _ id: CommitID, _ path: String) throws -> String? {
        try mirror.openTree(at: id).map { String(decoding: try $0.read(path), as: UTF8.self) }
    }

    /// One that is the head of a branch, one before it, and one that only a tag leads to; whether the server hands out names or not.
    @Test(arguments: [false, true])
    func aCommitIsFetchedByItsName(_ handsOutNames: Bool) async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let second = try await fixture.push(["a.txt": "two"])
            let side = try await fixture.push(["a.txt": "side"])
            try await fixture.git("push", "-q", "origin", "\(side):refs/tags/v1")
            try await fixture.git("push", "-q", "-f", "origin", "\(second):main")
            if handsOutNames { try await fixture.git("-C", fixture.bare, "config", "uploadpack.allowAnySHA1InWant", "true") }
            try await withServer(HTTPRemoteTests.backend(fixture)) { port async throws in
                for (id, text) in [(first, "one"), (second, "two"), (side, "side")] {
                    let mirror = try Mirror(
                        path: fixture.folder + "/state/\(id.short)", remote: GitRemote(url: "http://127.0.0.1:\(port)/remote.git"))
                    #expect(try mirror.openTree(at: id) == nil)
                    try await mirror.fetch(commit: id)
                    #expect(try Self.text(mirror, id, "a.txt") == text)
                }
                let mirror = try fixture.mirror(url: "http://127.0.0.1:\(port)/remote.git")
                for (id, text) in [(second, "two"), (first, "one"), (side, "side")] {
                    try await mirror.fetch(commit: id)
                    #expect(try Self.text(mirror, id, "a.txt") == text)
                }
            }
        }
    }

    @Test func whatIsThereIsNotAskedForAgain() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one"])
            let mirror = try fixture.mirror()
            try await mirror.fetch(commit: first)
            try FileManager.default.removeItem(atPath: fixture.bare)
            try await mirror.fetch(commit: first)
            #expect(try Self.text(mirror, first, "a.txt") == "one")
        }
    }

    @Test(arguments: [false, true])
    func aCommitThatIsNowhereIsSaid(_ handsOutNames: Bool) async throws {
        try await GitFixture.with { fixture async throws in
            try await fixture.push(["a.txt": "one"])
            if handsOutNames { try await fixture.git("-C", fixture.bare, "config", "uploadpack.allowAnySHA1InWant", "true") }
            let unknown = try #require(CommitID(String(repeating: "12", count: 20)))
            try await withServer(HTTPRemoteTests.backend(fixture)) { port async throws in
                let error = await gitError { try await fixture.mirror(url: "http://127.0.0.1:\(port)/remote.git").fetch(commit: unknown) }
                #expect(error?.code == .notFound && error?.isTransient == false)
                #expect(error?.message.contains("no branch and no tag leads to it") == true, "\(String(describing: error))")
            }
            let gone = await gitError { try await fixture.mirror(url: "http://127.0.0.1:1/remote.git").fetch(commit: unknown) }
            #expect(gone?.code == .network && gone?.isTransient == true)
        }
    }

    @Test func aFetchIsLimited() async throws {
        try await GitFixture.with { fixture async throws in
            let first = try await fixture.push(["a.txt": "one", "b.txt": "two"])
            var limits = GitLimits()
            limits.fetchObjects = 2
            try await withServer(HTTPRemoteTests.backend(fixture)) { [limits] port async throws in
                let mirror = try fixture.mirror(url: "http://127.0.0.1:\(port)/remote.git", limits: limits)
                #expect(await gitError { try await mirror.fetch(commit: first) }?.code == .tooLarge)
            }
        }
    }
}
