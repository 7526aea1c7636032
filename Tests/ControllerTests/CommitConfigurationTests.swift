import Delivery
import Manifests
import Testing

@testable import Controller

@Suite struct CommitConfigurationTests {
    private func decode(_ commits: Value, pinned: Value = .null) throws -> ControllerConfiguration {
        try ControllerConfiguration.decode(
            [
                "apiVersion": "slipway.dev/v1", "kind": "ControllerConfiguration", "stateDirectory": "state",
                "repository": ["url": "/srv/git", "commits": commits], "pinnedPolicy": pinned,
            ], folder: "/etc/slipway")
    }

    @Test func everything() throws {
        let configuration = try decode(
            [
                "require": "all", "allowedSignersFile": "signers", "keyringFile": "/etc/keys.gpg", "allowRewind": true, "maxCommits": 50,
                "protectedPaths": [
                    ["paths": ["hooks/**"], "role": "security", "required": 2, "environments": ["prod*"], "selfApproval": true]
                ],
            ], pinned: ["environments": ["production": ["approvals": ["required": 1, "role": "release-manager", "selfApproval": false]]]])
        let signatures = try #require(configuration.repository.commits.signatures)
        #expect(signatures.require == .all && signatures.allowsRewind && signatures.maxCommits == 50)
        #expect(signatures.allowedSignersFile == "/etc/slipway/signers" && signatures.keyringFile == "/etc/keys.gpg")
        let rule = try #require(configuration.repository.commits.protectedPaths.first)
        #expect(rule.role == "security" && rule.required == 2 && rule.environments == ["prod*"] && rule.allowsSelfApproval)
        #expect(rule.paths.map(\.text) == ["hooks/**"])
        #expect(configuration.pinnedApprovals["production"]?.rules == [.init(required: 1, role: "release-manager")])
        #expect(configuration.pinnedApprovals["production"]?.allowsSelfApproval == false)
    }

    @Test func nothingIsAskedForByDefault() throws {
        let configuration = try decode(.null)
        #expect(configuration.repository.commits == CommitRules())
        #expect(configuration.pinnedApprovals.isEmpty)
    }

    @Test(
        arguments: [
            (["require": "head"], "needs allowedSignersFile (SSH) or keyringFile (OpenPGP) beside it"),
            (["allowedSignersFile": "x"], "allowedSignersFile: has no effect without require"),
            (["require": "tail", "keyringFile": "x"], "require"), (["requires": "head"], "did you mean \"require\"?"),
            (["require": "all", "keyringFile": "x", "maxCommits": 0], "maxCommits"),
            (["protectedPaths": [["paths": ["/hooks"], "role": "security"]]], "is no path of a repository"),
            (["protectedPaths": [["paths": ["hooks/**"]]]], "role"), (["protectedPaths": [["role": "security"]]], "must name at least one"),
        ] as [(Value, String)])
    func mistakes(_ commits: Value, _ words: String) {
        do {
            _ = try decode(commits)
            Issue.record("it was accepted")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }
}
