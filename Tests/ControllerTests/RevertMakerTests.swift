import Delivery
import Git
import Helm
import Journal
import TestSupport
import Testing

@testable import Controller

/// What a commit of a rollback brings back, with a real repository and without a cluster.
@Suite struct RevertMakerTests {
    private struct Workshop {
        let repository: WatchedRepository
        let mirror: Mirror
        let renderer: RevisionRenderer
        let maker: RevertMaker
        let ada = Actor(name: "ada", source: .socket)

        /// - Parameter hosts: of remote bases.
        init(in folder: TemporaryFolder, hosts: [String] = []) async throws {
            repository = try await WatchedRepository(in: folder.path)
            mirror = try Mirror(path: folder.file("mirror"), remote: GitRemote(url: repository.url))
            renderer = RevisionRenderer(
                mirror: mirror, helm: HelmProgram(), remotes: RemoteBases(hosts: hosts, folder: folder.file("remotes")))
            let policy = CommitPolicy(
                nil, mirror: mirror, branch: "main", accepted: AcceptedCommit(path: folder.file("accepted")), lastDeployable: { nil })
            maker = RevertMaker(
                mirror: mirror, renderer: renderer, policy: policy, configuration: .init(url: repository.url),
                clock: ControllerClock(now: { Timestamp(milliseconds: 1_700_000_000_000) }, random: { 0.5 }),
                mayRollBack: { _, environment in environment != "forbidden" })
        }

        /// Overlays of one base, a ConfigMap whose text stands in the base.
        static func files(_ names: [String], base: String, own: String = "own") -> [String: String?] {
            var files: [String: String?] = [
                "manifests/app/kustomization.yaml": "resources: [settings.yaml]\n",
                "manifests/app/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {text: \(base)}\n",
            ]
            for name in names {
                files.merge(SampleEnvironment(name: name, version: nil, settings: ["own": own], policy: "").files.mapValues { $0 }) { $1 }
                files["environments/\(name)/kustomization.yaml"] =
                    "namespace: sample-\(name)\nresources: [../../manifests/app, app.yaml]\n"
            }
            return files
        }

        /// As if that Revision ran there.
        func request(_ name: String, at revision: String) async throws -> RevertMaker.Request {
            _ = try await mirror.fetch()
            let id = try #require(CommitID(revision))
            let rendered = try #require(try await renderer.render(id, only: name).rendered)
            return .init(
                environment: name, bundle: try BundleDigest.digest(of: rendered.objects), target: Revision(try await mirror.commit(id)))
        }

        func order(_ requests: [RevertMaker.Request], shared: Bool = false, group: String? = nil) -> RevertMaker.Order {
            let names = requests.map(\.environment)
            return .init(
                requests: requests,
                revert: Revert(
                    by: ada, reason: "slow", at: Timestamp(milliseconds: 0), includesShared: shared,
                    group: group.map { .init(name: $0, members: names) }))
        }

        func make(_ order: RevertMaker.Order) async throws -> RevertMaker.Made {
            try #require(try await maker.make(order, isWanted: { true }))
        }

        func refusal(_ order: RevertMaker.Order, sourceLocation: SourceLocation = #_sourceLocation) async -> RevertMaker.Refused? {
            await #expect(throws: RevertMaker.Refused.self, sourceLocation: sourceLocation) {
                try await maker.make(order, isWanted: { true })
            }
        }
    }

    private func with(_ body: (Workshop) async throws -> Void) async throws {
        try await withTemporaryFolder("slipway-revert-maker") { folder in try await body(try await Workshop(in: folder)) }
    }

    @Test func oneCommitForAllOfAGroup() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "one", own: "one"))
            let two = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "two", own: "two"))
            let both = [try await shop.request("alpha", at: one), try await shop.request("beta", at: one)]
            let alone = await shop.refusal(shop.order([both[0]]))
            #expect(alone?.description.contains("manifests/app/settings.yaml would go back, and beta with it") == true, "\(alone as Any)")
            #expect(alone?.isTransient == false)
            var left = shop.order([both[0]], group: "web")
            #expect(left.again == "slipway revert web --group")
            left.revert.group?.members = ["alpha", "beta"]
            #expect(await shop.refusal(left)?.description.hasSuffix("If that is meant: slipway revert alpha --include-shared") == true)
            let made = try await shop.make(shop.order(both, group: "web"))
            try await shop.repository.git("fetch", "-q", "origin")
            #expect(try await shop.repository.git("rev-parse", "origin/main^", "origin/main") == "\(two)\n\(made.commit)\n")
            let changed = try await shop.repository.git("diff", "--stat", one, "origin/main")
            #expect(changed.isEmpty, "all is as it was: \(changed)")
            #expect(
                made.outcome.hasPrefix("3 files as in \(one.prefix(10)) (alpha), \(one.prefix(10)) (beta), on top of \(two.prefix(10))"))
            let message = try await shop.repository.git("log", "-1", "--format=%B", "origin/main")
            #expect(message.hasPrefix("Roll back group web (alpha, beta) to \(one.prefix(10))\n"), "\(message)")
            let trailers = try await shop.repository.git(
                "log", "-1", "--format=%(trailers:key=Slipway-Environment,valueonly)", "origin/main")
            #expect(trailers.split(separator: "\n") == ["alpha", "beta"])
            let again = try await shop.make(shop.order(both, group: "web"))
            #expect(again.commit == made.commit && again.outcome.hasSuffix("renders to it already"), "no second commit")
        }
    }

    @Test func whatMembersNeedInOneFileMustNotContradict() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "one"))
            let two = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "two"))
            try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "three"))
            let requests = [try await shop.request("alpha", at: one), try await shop.request("beta", at: two)]
            let refused = await shop.refusal(shop.order(requests, shared: true, group: "web"))
            #expect(
                refused?.description.hasPrefix(
                    "alpha runs \(one.prefix(10)) and beta runs \(two.prefix(10)), and both are made from manifests/app/settings.yaml, which differs"
                ) == true, "\(refused as Any)")
            // Alone it goes, with the other one's consent, which follows as it follows any Revision.
            #expect(await shop.refusal(shop.order([requests[0]]))?.description.contains("and beta with it") == true)
            _ = try await shop.make(shop.order([requests[0]], shared: true))
            // One that is there already, and would be taken away by what the other needs.
            let there = try await shop.request("alpha", at: one)
            let away = await shop.refusal(shop.order([there, requests[1]], shared: true, group: "web"))
            #expect(away?.description.contains("alpha does not render to what runs") == true, "\(away as Any)")
        }
    }

    @Test func anEnvironmentThatWasRenamedIsNotBroughtBack() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "one"))
            let request = try await shop.request("alpha", at: one)
            try await shop.repository.git("mv", "environments/alpha", "environments/gamma")
            var renamed = Workshop.files(["gamma"], base: "one")
            renamed["manifests/app/settings.yaml"] = Workshop.files([], base: "two")["manifests/app/settings.yaml"]
            let two = try await shop.repository.push(renamed)
            let refused = await shop.refusal(shop.order([request], shared: true))
            #expect(
                refused?.description
                    == "main has no environments/alpha any more at \(two.prefix(10)): it was removed or renamed since. Bring the folder back by hand, or lift the hold: slipway resume alpha"
            )
        }
    }

    /// The base moved to another folder since: what the old files need comes back beside it, what others use stays.
    @Test func aBaseThatMovedComesBackWhereItWas() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha", "beta"], base: "one"))
            let request = try await shop.request("alpha", at: one)
            try await shop.repository.git("mv", "manifests/app", "manifests/base")
            var moved: [String: String?] = [
                "manifests/base/settings.yaml": Workshop.files([], base: "two")["manifests/app/settings.yaml"] ?? nil
            ]
            for name in ["alpha", "beta"] {
                moved["environments/\(name)/kustomization.yaml"] =
                    "namespace: sample-\(name)\nresources: [../../manifests/base, app.yaml]\n"
            }
            let two = try await shop.repository.push(moved)
            let made = try await shop.make(shop.order([request]))
            try await shop.repository.git("fetch", "-q", "origin")
            let changed = try await shop.repository.git("diff", "--name-status", two, "\(made.commit)").split(separator: "\n")
            #expect(
                changed == [
                    "M\tenvironments/alpha/kustomization.yaml", "A\tmanifests/app/kustomization.yaml", "A\tmanifests/app/settings.yaml",
                ])
        }
    }

    @Test func whoMayNotRollBackTheOthersDoesNotTakeThemAlong() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha", "forbidden"], base: "one"))
            try await shop.repository.push(Workshop.files(["alpha", "forbidden"], base: "two"))
            let refused = await shop.refusal(shop.order([try await shop.request("alpha", at: one)], shared: true))
            #expect(refused?.description == "it would change forbidden too, and ada may not roll back forbidden")
        }
    }

    @Test func whatIsNotWantedAnyMoreIsNotPushed() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha"], base: "one"))
            let two = try await shop.repository.push(Workshop.files(["alpha"], base: "two"))
            let order = shop.order([try await shop.request("alpha", at: one)])
            #expect(try await shop.maker.make(order, isWanted: { false }) == nil)
            #expect(try await shop.mirror.remoteHead() == .commit(try #require(CommitID(two))))
        }
    }

    /// Somebody pushes each time after the look at the branch, until it is given up for now.
    @Test func aRaceThatIsLostAgainAndAgainMayBeTriedLater() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha"], base: "one"))
            try await shop.repository.push(Workshop.files(["alpha"], base: "two"))
            let order = shop.order([try await shop.request("alpha", at: one)])
            var pushes = 0
            let refused = await #expect(throws: RevertMaker.Refused.self) {
                try await shop.maker.make(order) {
                    pushes += 1
                    try await shop.repository.push(["note.txt": "\(pushes)"])
                    return true
                }
            }
            #expect(pushes == Limits.revertTries && refused?.isTransient == true)
            #expect(refused?.description == "somebody else pushed to main at the same time, again and again")
            #expect(RevertObstacle(try #require(refused)).isTransient)
            _ = try await shop.make(order)
        }
    }

    /// Beside a base on another host nobody can say what the others would get.
    @Test func aHostOfBasesThatIsSilentIsWaitedFor() async throws {
        try await withTemporaryFolder("slipway-revert-maker") { folder in
            let shop = try await Workshop(in: folder, hosts: ["http://127.0.0.1:1"])
            let one = try await shop.repository.push(Workshop.files(["alpha"], base: "one"))
            var files = Workshop.files(["alpha", "beta"], base: "two")
            files["environments/beta/kustomization.yaml"] =
                "resources: ['http://127.0.0.1:1/org/base//web?ref=\(String(repeating: "a", count: 40))', app.yaml]\n"
            let two = try await shop.repository.push(files)
            let refused = await shop.refusal(shop.order([try await shop.request("alpha", at: one)]))
            #expect(refused?.isTransient == true)
            #expect(
                refused?.description.hasPrefix("\(two.prefix(10)) names remote bases whose hosts do not answer") == true,
                "\(refused as Any)")
        }
    }

    /// What the old files of one are, breaks another one that was changed with them.
    @Test func nobodyElseIsBroken() async throws {
        try await with { shop in
            let one = try await shop.repository.push(Workshop.files(["alpha"], base: "one"))
            var files = Workshop.files(["alpha", "beta"], base: "two")
            files["manifests/app/kustomization.yaml"] = "resources: [settings.yaml, more.yaml]\n"
            files["manifests/app/more.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n"
            files["environments/beta/kustomization.yaml"] = """
                namespace: sample-beta
                resources: [../../manifests/app, app.yaml]
                replacements:
                  - source: {kind: ConfigMap, name: more, fieldPath: metadata.name}
                    targets: [{select: {kind: ConfigMap, name: own}, fieldPaths: [data.text]}]

                """
            try await shop.repository.push(files)
            let refused = await shop.refusal(shop.order([try await shop.request("alpha", at: one)], shared: true))
            #expect(refused?.description.hasPrefix("beta could not be rendered any more with it: ") == true, "\(refused as Any)")
            #expect(refused?.isTransient == false)
        }
    }
}
