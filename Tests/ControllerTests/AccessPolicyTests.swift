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
        policy.allows(Actor(name: name, source: source), action, in: environment)
    }

    /// Every role against every action, in its own Environment and in another, over both entrances: who may, and who may not.
    @Test func theTableOfRolesAndActions() {
        let actions: [AccessPolicy.Action] = [
            .read, .notify, .deploy, .rollBack, .hold, .resume, .cancel, .retry, .skip, .force, .freeze, .thaw, .quarantine,
            .approve(role: "approver"), .approve(role: "release-manager"), .readNotices, .replayNotices, .manageTokens,
        ]
        // What all Environments share is not for a grant in some.
        let shared: [AccessPolicy.Action] = [.readNotices, .replayNotices, .manageTokens]
        let everyone = "read"
        let operating = "read deploy rollback hold resume cancel retry"
        let mayDo: [String: String] = [
            "viewer": everyone,
            "notifier": "read notify",
            "deployer": operating + " notify",
            "approver": "read approve/approver",
            "release-manager": operating + " skip deploy --force freeze thaw quarantine approve/release-manager",
            "nobody": "",
        ]
        func name(_ action: AccessPolicy.Action) -> String {
            if case .approve(let role) = action { "approve/\(role)" } else { action.name }
        }
        for role in AccessPolicy.Role.all + ["nobody"] {
            for source in [Actor.Source.socket, .token] {
                let policy = AccessPolicy(
                    grants: [.init(identity: "\(source.rawValue):one", roles: [role], environments: ["prod-*"])], tokens: [])
                let actor = Actor(name: "one", source: source)
                for action in actions {
                    let isAllowed =
                        if let words = mayDo[role] { " \(words) ".contains(" \(name(action)) ") } else { !shared.contains(action) }
                    #expect(policy.allows(actor, action, in: "prod-eu") == isAllowed, "\(role) \(name(action)) over \(source)")
                    #expect(!policy.allows(actor, action, in: "staging"), "\(role) \(name(action)) elsewhere over \(source)")
                    #expect(!policy.allows(Actor(name: "two", source: source), action, in: "prod-eu"))
                    let other = Actor(name: "one", source: source == .socket ? .token : .socket)
                    #expect(!policy.allows(other, action, in: "prod-eu"))
                }
            }
        }
    }

    /// Whoever can make tokens can make one that may everything.
    @Test func tokensAreManagedByAdministratorsOfEverythingOnly() {
        let admin = Actor(name: "adam", source: .socket)
        func policy(_ environments: Set<String>) -> AccessPolicy {
            AccessPolicy(grants: [.init(identity: "socket:adam", roles: ["admin"], environments: environments)], tokens: [])
        }
        #expect(policy([]).allows(admin, .manageTokens, in: nil))
        #expect(!policy(["staging"]).allows(admin, .manageTokens, in: nil))
        #expect(policy(["staging"]).allows(admin, .force, in: "staging"))
    }

    @Test func whatAllEnvironmentsShareNeedsARoleInAll() {
        let reading = ["viewer", "deployer", "approver", "release-manager", "notifier", "admin"]
        let replaying = ["deployer", "release-manager", "admin"]
        for role in AccessPolicy.Role.all {
            let actor = Actor(name: "one", source: .token)
            let policy = AccessPolicy(grants: [.init(identity: "token:one", roles: [role], environments: [])], tokens: [])
            #expect(policy.allows(actor, .readNotices, in: nil) == reading.contains(role))
            #expect(policy.allows(actor, .replayNotices, in: nil) == replaying.contains(role))
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

extension AccessPolicy {
    fileprivate func allows(_ actor: Actor, _ action: Action, in environment: String?) -> Bool {
        do throws(RequestRefused) {
            _ = try authorize(actor, action, environment: environment)
            return true
        } catch {
            return false
        }
    }
}
