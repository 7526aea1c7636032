import Delivery
import Testing

@testable import Controller

@Suite struct AccessPolicyTests {
    private let policy = AccessPolicy(
        grants: [
            .init(identity: "socket:vera", roles: ["viewer"], environments: []),
            .init(identity: "socket:dana", roles: ["deployer"], environments: ["staging"]),
            .init(identity: "token:release", roles: ["release-manager"], environments: []),
            .init(identity: "token:hook", roles: ["notifier"], environments: []),
            .init(identity: "socket:root", roles: ["admin"], environments: []),
        ], tokens: [])

    private func allows(_ name: String, _ source: Actor.Source, _ action: AccessPolicy.Action, in environment: String?) -> Bool {
        do throws(RequestRefused) {
            _ = try policy.authorize(Actor(name: name, source: source), action, environment: environment)
            return true
        } catch {
            return false
        }
    }

    /// Every role against every action, in one table: who may, and who may not.
    @Test func theTableOfRolesAndActions() {
        let actions: [AccessPolicy.Action] = [
            .read, .notify, .deploy, .rollBack, .hold, .resume, .cancel, .approve(role: "release-manager"),
        ]
        let expected: [(String, Actor.Source, [Bool])] = [
            ("vera", .socket, [true, false, false, false, false, false, false, false]),
            ("dana", .socket, [true, true, true, true, true, true, true, false]),
            ("release", .token, [true, false, true, true, true, true, true, true]),
            ("hook", .token, [true, true, false, false, false, false, false, false]),
            ("root", .socket, [true, true, true, true, true, true, true, true]),
            ("stranger", .socket, [false, false, false, false, false, false, false, false]),
        ]
        for (name, source, answers) in expected {
            for (action, answer) in zip(actions, answers) {
                #expect(allows(name, source, action, in: "staging") == answer, "\(name) \(action.name)")
            }
        }
    }

    @Test func aGrantCountsInItsEnvironmentsOnly() {
        #expect(allows("dana", .socket, .rollBack, in: "staging"))
        #expect(!allows("dana", .socket, .rollBack, in: "production"))
    }

    @Test func aNameOfOneSourceIsNotThatOfAnother() {
        #expect(!allows("root", .token, .read, in: nil))
        #expect(!allows("release", .socket, .read, in: nil))
    }

    @Test func aDenialSaysWhatWouldBeNeeded() {
        do throws(RequestRefused) {
            _ = try policy.authorize(Actor(name: "vera", source: .socket), .rollBack, environment: "production")
            Issue.record("it was allowed")
        } catch {
            #expect(error.code == .denied)
            #expect(
                error.message
                    == "vera may not rollback in production: it needs one of the roles deployer, release-manager. Grant it under access.grants in the controller's configuration"
            )
        }
    }
}
