import Delivery
import Git
import Testing

@testable import Controller

@Suite struct CommitProtectionTests {
    @Test(arguments: [
        ("environments/production/**", "environments/production/a/b.yaml", true),
        ("environments/production/**", "environments/production", true),
        ("environments/production/", "environments/production/a", true),
        ("environments/production/**", "environments/production2/a", false),
        ("hooks/*", "hooks/a", true), ("hooks/*", "hooks/a/b", false), ("**/environment.yaml", "environments/a/environment.yaml", true),
        ("**/environment.yaml", "environment.yaml", true), ("environments/prod-*/**", "environments/prod-eu/x", true),
        ("a/**/b", "a/b", true),
        ("a/**/b", "a/x/y/b", true), ("a/**/b", "a/x/y/c", false), ("hooks/?", "hooks/a", true), ("hooks", "hooks/a", false),
        ("Hooks/**", "hooks/a", false), ("**", "any/thing", true),
    ])
    func patterns(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try #require(PathPattern(pattern)).matches(path) == expected)
    }

    @Test(arguments: ["", "/", "/environments", "a//b", "../x", "./x"])
    func noPatterns(_ text: String) {
        #expect(PathPattern(text) == nil)
    }

    @Test func pinnedApprovalsAreTheLeast() throws {
        var least = EnvironmentPolicy.Approvals([.init(required: 2, role: "release-manager"), .init(required: 1, role: "security")])
        least.allowsSelfApproval = false
        least.expireAfter = .seconds(3600)
        let protection = CommitProtection(pinned: ["production": least], rules: []) { _, _ in [] }
        var policy = EnvironmentPolicy(name: "production", target: .init(namespace: "x"))
        #expect(protection.pinning(policy).promotion.approvals == least)

        var own = EnvironmentPolicy.Approvals([.init(required: 3, role: "release-manager"), .init(required: 1, role: "qa")])
        own.expireAfter = .seconds(60)
        policy.promotion.approvals = own
        let asked = try #require(protection.pinning(policy).promotion.approvals)
        #expect(
            asked.rules == [
                .init(required: 3, role: "release-manager"), .init(required: 1, role: "qa"), .init(required: 1, role: "security"),
            ])
        #expect(asked.expireAfter == .seconds(60) && !asked.allowsSelfApproval)

        policy.name = "staging"
        #expect(protection.pinning(policy) == policy)
    }

    @Test func aTouchedPathAsksForMorePeople() async throws {
        let verified = revision("1")
        let head = revision("2")
        let rules = [rule(["environments/production/**"], "security"), rule(["hooks/**"], "release-manager", in: ["prod*"])]
        func asked(
            _ paths: [String]?, in name: String = "production", since base: Revision?, own: EnvironmentPolicy.Approvals? = nil
        ) async throws
            -> EnvironmentPolicy.Approvals?
        {
            let protection = CommitProtection(pinned: [:], rules: rules) { _, _ in paths }
            var policy = EnvironmentPolicy(name: name, target: .init(namespace: "x"))
            policy.promotion.approvals = own
            return try await protection.asking(policy, of: head, since: base).promotion.approvals
        }
        #expect(try await asked(["manifests/a.yaml"], since: verified) == nil)
        let hooks = try await asked(["hooks/smoke.sh"], since: verified, own: .init(required: 1, role: "release-manager"))
        #expect(hooks?.rules == [.init(required: 2, role: "release-manager")])
        #expect(hooks?.allowsSelfApproval == false)
        #expect(try await asked(["hooks/smoke.sh"], in: "staging", since: verified) == nil)
        let both = try await asked(["hooks/a", "environments/production/b"], since: verified)
        #expect(both?.rules == [.init(required: 1, role: "security"), .init(required: 1, role: "release-manager")])
        // Too many to look at: all of them. What is verified already: nothing.
        #expect(try await asked(nil, since: verified)?.rules.count == 2)
        #expect(try await asked(nil, since: head) == nil)
        // A base that is gone: all of them.
        let gone = CommitProtection(pinned: [:], rules: rules) { _, _ throws(GitError) in throw GitError(code: .notFound, message: "gone") }
        let policy = EnvironmentPolicy(name: "production", target: .init(namespace: "x"))
        #expect(try await gone.asking(policy, of: head, since: verified).promotion.approvals?.rules.count == 2)
    }

    private func revision(_ digit: String) -> Revision {
        Revision(id: String(repeating: digit, count: 40), subject: "s", author: "a", committedAt: Timestamp(milliseconds: 0))
    }

    private func rule(_ paths: [String], _ role: String, in environments: [String] = []) -> CommitRules.ProtectedPaths {
        .init(paths: paths.compactMap { PathPattern($0) }, role: role, environments: environments)
    }
}
