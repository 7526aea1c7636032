import Controller
import Delivery
import Journal
import Manifests
import Synchronization
import Testing

/// What going back must not do: take others along, go to what is banned, or go where nobody is.
@Suite(.timeLimit(.minutes(5))) struct ReturnTests {
    private static let ann = Actor(name: "ann", source: .token)

    fileprivate func site(_ policies: [SimulatedPolicy]) async throws -> SimulatedSite {
        try await SimulatedSite(
            Dictionary(uniqueKeysWithValues: policies.map { ($0.name, $0.document) }), world: SimulatedWorld(), seed: 5)
    }

    /// Staging, and production that follows it without being asked.
    private static let two = [
        CrashStory.environment("staging", watch: "60s"), CrashStory.environment("production", promotion: ["from": "staging"]),
    ]

    private func verified(_ name: String, _ site: SimulatedSite) async throws -> String? {
        let state = try await site.controller.journal.environment(name)
        let running = site.world.state.withLock { $0.running[name] }
        #expect(running == state?.verifiedBundle)
        return state?.verifiedBundle
    }

    /// - Parameter number: of the Revision that both have verified.
    private func start(_ number: Int, _ quality: SimulatedWorld.Quality = .good) async throws -> SimulatedSite {
        let site = try await site(Self.two)
        for each in 1...number {
            try await site.merge(each, each == number ? quality : .good, in: each == number ? "staging" : nil)
            #expect(try await site.settle(within: .seconds(5)))
        }
        #expect(try await verified("production", site) == "production-\(number)")
        return site
    }

    @Test func `what is taken back in staging takes production nowhere`() async throws {
        let site = try await start(2)
        _ = try await site.controller.rollBack("staging", to: nil, keepingBundle: false, by: Self.ann, reason: "a try")
        #expect(try await site.settle())
        #expect(try await verified("staging", site) == "staging-1")
        #expect(try await verified("production", site) == "production-2")
        let words = site.controller.lane("production")?.words ?? ""
        #expect(words.contains("staging is at") && words.contains("slipway rollback production --to"), "\(words)")
        // Nor is what staging took back proven there any more.
        try await site.merge(3, .good)
        #expect(try await site.settle())
        let refused = try await #require(
            #expect(throws: RequestRefused.self) {
                try await site.controller.deploy("production", revision: id(2), force: false, by: Self.ann, reason: "x")
            })
        #expect(refused.message.contains("already runs") || refused.message.contains("is not verified in staging"), "\(refused.message)")
        // The next one comes as ever, once staging may go on.
        try await site.controller.resume("staging", by: Self.ann, reason: "fixed")
        #expect(try await site.settle())
        #expect(try await verified("production", site) == "production-3")
    }

    @Test func `what degrades in staging alone takes production nowhere`() async throws {
        let site = try await start(2, .degradesLater)
        #expect(try await site.settle())
        #expect(try await verified("staging", site) == "staging-1")
        #expect(try await verified("production", site) == "production-2")
    }

    @Test func `a way back does not go to what was banned meanwhile`() async throws {
        let site = try await site([CrashStory.environment("only", watch: "60s")])
        try await site.merge(1, .good)
        #expect(try await site.settle())
        try await site.merge(2, .degradesLater)
        #expect(try await site.settle(within: .seconds(5)))
        _ = try await site.controller.quarantine("only", revision: id(1), until: nil, by: Self.ann, reason: "insecure")
        #expect(try await site.settle())
        let last = try #require(try await site.controller.journal.releases(environment: "only", limit: 1).first)
        #expect(last.phase == .failed && last.bundle == "only-2")
        #expect(site.world.state.withLock { $0.running["only"] } == "only-2")
        #expect(try await site.controller.journal.environment("only")?.hold != nil)
    }

    @Test func `a policy that names another place moves nothing`() async throws {
        let site = try await site([CrashStory.environment("only")])
        for number in 1...2 {
            try await site.merge(number, .good)
            #expect(try await site.settle())
        }
        var document = SimulatedPolicy("only").document
        document["spec", "target", "namespace"] = "elsewhere"
        let revision = Revision(id: id(3), subject: "a move", author: "ann", committedAt: Timestamp(milliseconds: 0))
        let now = site.world.state.withLock(\.wall)
        try await site.controller.journal.recordRendering(
            StoredRendering(
                environment: "only", revision: revision, outcome: .bundle(digest: "only-3", policy: document, smokeTests: []), at: now))
        #expect(try await site.settle())
        #expect(try await verified("only", site) == "only-2")
        #expect(try await site.controller.policy(of: "only")?.target.namespace == "only")
        let words = site.controller.lane("only")?.words ?? ""
        #expect(words.contains("wants it in default/elsewhere") && words.contains("is not moved"), "\(words)")
        _ = try await site.controller.rollBack("only", to: id(1), keepingBundle: true, by: Self.ann, reason: "to see")
        #expect(try await site.settle())
        #expect(try await verified("only", site) == "only-1")
    }

    private func id(_ number: Int) -> String { String(repeating: "0", count: 39) + "\(number)" }
}

extension ReturnTests {
    private func back(_ name: String, to: String? = nil, _ site: SimulatedSite) async throws {
        _ = try await site.controller.rollBack(name, to: to, keepingBundle: false, by: Self.ann, reason: "errors")
        #expect(try await site.settle())
    }

    @Test func `who asks for a rollback that was done already is told so`() async throws {
        let site = try await site([CrashStory.environment("only")])
        for number in 1...3 {
            try await site.merge(number, .good)
            #expect(try await site.settle())
        }
        try await back("only", site)
        #expect(try await verified("only", site) == "only-2")
        let refused = try await #require(#expect(throws: RequestRefused.self) { try await back("only", site) })
        #expect(refused.message.contains("already") && refused.message.contains("--to previous"), "\(refused.message)")
        #expect(try await site.controller.journal.quarantines(environment: "only").map(\.bundle) == ["only-3"])
        let banned = try await #require(#expect(throws: RequestRefused.self) { try await back("only", to: id(3), site) })
        #expect(banned.message.contains("slipway quarantine only") && banned.message.contains("--lift"), "\(banned.message)")
        try await back("only", to: "previous", site)
        #expect(try await verified("only", site) == "only-1")
    }

    @Test func `a group goes back only where it has begun, and only once`() async throws {
        let site = try await site([
            CrashStory.environment("staging"), CrashStory.environment("production-eu", promotion: ["from": "staging", "group": "shop"]),
            CrashStory.environment("production-us", promotion: ["from": "staging", "group": "shop"]),
        ])
        for number in 1...2 {
            try await site.merge(number, .good)
            #expect(try await site.settle())
        }
        #expect(try await verified("production-us", site) == "production-us-2")
        try await site.controller.freeze("production-us", until: nil, by: Self.ann, reason: "sale")
        try await site.merge(3, .good)
        #expect(try await site.settle())
        // Neither has begun: one is frozen, and the other waits for it.
        let releases = try await site.controller.rollBack(group: "shop", keepingBundle: false, by: Self.ann, reason: "errors")
        #expect(releases.map(\.environment) == ["production-eu", "production-us"])
        #expect(try await site.settle())
        for name in ["production-eu", "production-us"] {
            #expect(try await verified(name, site) == "\(name)-2")
            #expect(try await site.controller.journal.quarantines(environment: name).map(\.bundle) == ["\(name)-3"])
        }
        let refused = try await #require(
            #expect(throws: RequestRefused.self) {
                try await site.controller.rollBack(group: "shop", keepingBundle: false, by: Self.ann, reason: "errors")
            })
        #expect(refused.message.contains("production-us: it was taken back already"), "\(refused.message)")
    }
}
