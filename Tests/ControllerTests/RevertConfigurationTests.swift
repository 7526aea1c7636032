import TestSupport
import Testing

@testable import Controller

@Suite struct RevertConfigurationTests {
    private func load(_ reverts: String) throws -> ControllerConfiguration {
        let folder = try TemporaryFolder("slipway-revert-configuration")
        let head = "apiVersion: slipway.dev/v1\nkind: ControllerConfiguration\nstateDirectory: state\nrepository:\n  url: /srv/git\n"
        try folder.write("\(head)  revertCommits: \(reverts)\n", to: "slipway.yaml")
        return try ControllerConfiguration.load(path: folder.file("slipway.yaml"))
    }

    @Test func everythingAndNothing() throws {
        let all = try load("{name: Deploy Bot, email: bot@example.com, signingKeyFile: keys/sign}").repository.revertCommits
        #expect(all.name == "Deploy Bot" && all.email == "bot@example.com")
        #expect(all.signingKeyFile?.hasSuffix("/keys/sign") == true && all.signingKeyFile?.hasPrefix("/") == true)
        #expect(try load("{signingKeyFile: /etc/sign}").repository.revertCommits.signingKeyFile == "/etc/sign")
        #expect(try load("null").repository.revertCommits == ControllerConfiguration.RevertCommits())
        #expect(try load("{}").repository.revertCommits == ControllerConfiguration.RevertCommits())
    }

    @Test(arguments: [
        ("true", "6:3", "repository.revertCommits: must be a mapping, not a boolean"), ("{name: 7}", "6:19", "name: must be a string"),
        ("{name: ' '}", "6:19", "name: must be a string that is not empty"), ("{email: [a@b]}", "6:19", "email: must be a string"),
        ("{email: ''}", "6:19", "email: must be a string that is not empty"),
        ("{email: '<a@b>'}", "6:19", "email: must be on one line and without < and >"),
        ("{name: \"a\\nb\"}", "6:19", "name: must be on one line"),
        ("{signingKeyFile: ''}", "6:19", "signingKeyFile: must be a string that is not empty"),
        ("{signingKey: x}", "6:19", "unknown key \"signingKey\"; did you mean \"signingKeyFile\"?"),
    ])
    func mistakesAreSaidWithTheirPlace(_ text: String, _ place: String, _ words: String) {
        let error = #expect(throws: ControllerError.self) { try load(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("slipway.yaml:\(place): ") == true && error?.message.contains(words) == true, "\(error as Any)")
    }
}
