import Delivery
import HTTPTransport
import Journal
import Manifests
import TestSupport
import Testing

@testable import Console
@testable import Controller

/// Every route of the API, asked by every role, in its own Environment and in another: over HTTP with tokens, and over the socket.
@Suite struct RouteAuthorizationTests {
    private struct Expected {
        /// `nil`: everyone with a role that counts for looking.
        var roles: Set<String>?
        var body: Value = [:]
        /// Of no one Environment, or of one that is found by looking.
        var isOfEnvironment = true

        func allows(_ role: String) -> Bool { roles?.contains(role) ?? AccessPolicy.Role.all.contains(role) }
    }

    private static let operating: Set<String> = ["deployer", "release-manager", "admin"]
    private static let managing: Set<String> = ["release-manager", "admin"]

    /// A route that is not here fails the test: whoever adds one says who may use it.
    private static let table: [String: [Expected]] = [
        "GET status": [.init(isOfEnvironment: false)],
        "GET history": [.init(isOfEnvironment: false)],
        "GET audit": [.init(isOfEnvironment: false)],
        "GET audit/verification": [.init(isOfEnvironment: false)],
        "GET releases/release": [.init(isOfEnvironment: false)],
        // What all Environments share asks for a right in all of them; these tokens are for prod-* alone.
        "GET outbox": [.init(roles: [], isOfEnvironment: false)],
        "GET environments/environment/plan": [.init()],
        "GET environments/environment/rollback-plan": [.init()],
        "GET environments/environment/quarantines": [.init()],
        "POST notify": [.init(roles: ["notifier", "deployer", "admin"], isOfEnvironment: false)],
        // Nothing waits for it here; who may when something does stands in AccessPolicyTests.
        "POST environments/environment/approve": [.init()],
        "POST environments/environment/deploy": [
            .init(roles: operating), .init(roles: managing, body: ["force": true, "reason": "a test"]),
        ],
        "POST environments/environment/rollback": [.init(roles: operating)],
        "POST environments/environment/revert": [.init(roles: operating)],
        "POST environments/environment/hold": [.init(roles: operating, body: ["reason": "a test"])],
        "POST environments/environment/resume": [.init(roles: operating)],
        "POST environments/environment/cancel": [.init(roles: operating)],
        "POST environments/environment/retry": [.init(roles: operating)],
        "POST environments/environment/skip": [.init(roles: managing)],
        "POST environments/environment/freeze": [.init(roles: managing)],
        "POST environments/environment/thaw": [.init(roles: managing)],
        "POST environments/environment/quarantine": [.init(roles: managing, body: ["revision": "0123456789"])],
        // There is no such group: its members are asked for one by one.
        "POST groups/environment/rollback": [.init(isOfEnvironment: false)],
        "POST groups/environment/revert": [.init(isOfEnvironment: false)],
        "POST outbox/replay": [.init(roles: [], body: ["all": true], isOfEnvironment: false)],
        "GET tokens": [.init(roles: [], isOfEnvironment: false)],
        "POST tokens": [.init(roles: [], body: ["name": "x", "roles": ["viewer"]], isOfEnvironment: false)],
        "POST tokens/token/revoke": [.init(roles: [], isOfEnvironment: false)],
    ]

    @Test func everyRouteAsksWhoMay() async throws {
        try await withTemporaryFolder("slipway-routes") { folder in
            let api = try await API(in: folder)
            let routes = api.routes
            #expect(Set(routes.map(\.name)) == Set(Self.table.keys))
            var tokens: [String: String] = [:]
            for role in AccessPolicy.Role.all + ["nobody"] { tokens[role] = try await api.token(for: role) }
            try await api.serve { [tokens] ask in
                for route in routes {
                    let stranger = try await ask(route, "prod-eu", [:], nil, .network)
                    #expect([401, 429].contains(stranger), "\(route.name) without a token: \(stranger)")
                    for expected in Self.table[route.name] ?? [] {
                        for (role, token) in tokens {
                            let own = try await ask(route, "prod-eu", expected.body, token, .network)
                            #expect((own != 403 && own != 401) == expected.allows(role), "\(route.name) as \(role): \(own)")
                            guard expected.isOfEnvironment else { continue }
                            let other = try await ask(route, "staging", expected.body, token, .network)
                            #expect(other == 403, "\(route.name) as \(role) elsewhere: \(other)")
                        }
                        let overSocket = try await ask(route, "prod-eu", expected.body, nil, .socket)
                        #expect((overSocket != 403) == expected.allows("viewer"), "\(route.name) over the socket: \(overSocket)")
                        guard expected.isOfEnvironment else { continue }
                        #expect(
                            try await ask(route, "staging", expected.body, nil, .socket) == 403, "\(route.name) over the socket elsewhere")
                    }
                }
            }
        }
    }

    @Test func whoReadsSomeEnvironmentsSeesNothingOfTheOthers() async throws {
        try await withTemporaryFolder("slipway-routes") { folder in
            let api = try await API(in: folder)
            for (id, name) in [(1, "prod-eu"), (2, "staging")] as [(Int64, String)] {
                let release = Release(
                    id: id, environment: name, kind: .deploy,
                    revision: Revision(id: "abc", subject: "", author: "", committedAt: api.clock.now()), bundle: "bundle-\(id)",
                    previousBundle: nil,
                    previousRevision: nil, requestedBy: .controller, reason: "merge", isForced: false, createdAt: api.clock.now())
                try await api.controller.journal.commit(StateChange(releases: [release]))
            }
            let limited = try await api.token(for: "viewer")
            let whole = try await api.controller.createToken(
                "auditor", roles: ["viewer"], environments: nil, lifetime: nil, by: api.admin, reason: ""
            ).token
            let routes = Dictionary(uniqueKeysWithValues: api.routes.map { ($0.name, $0) })
            try await api.serveAnswers { answer in
                func list(_ name: String, _ field: String, _ token: String) async throws -> Set<String> {
                    let route = try #require(routes[name])
                    let document = try JSON.parse(try await answer(route, "", [:], token, .network).body)
                    return Set((document[field]?.array ?? []).map { $0["environment"]?.string ?? "" })
                }
                for (name, field) in [("GET history", "releases"), ("GET audit", "entries")] {
                    #expect(try await list(name, field, limited) == ["prod-eu"])
                    #expect(try await list(name, field, whole).isSuperset(of: ["prod-eu", "staging"]))
                    let elsewhere = API.Route(method: "GET", parts: [name.dropFirst(4) + "?environment=staging"])
                    #expect(try await answer(elsewhere, "", [:], limited, .network).status == 403)
                    #expect(try await answer(elsewhere, "", [:], whole, .network).status == 200)
                }
                for (id, status) in [(1, 200), (2, 403)] {
                    let release = API.Route(method: "GET", parts: ["releases", "\(id)"])
                    #expect(try await answer(release, "", [:], limited, .network).status == status)
                }
                let outbox = try #require(routes["GET outbox"])
                #expect(try await answer(outbox, "", [:], whole, .network).status == 200)
            }
        }
    }

    @Test func aTokenEndsAtOnceAndFailuresAreSlowedDown() async throws {
        try await withTemporaryFolder("slipway-tokens") { folder in
            let api = try await API(in: folder)
            let status = try #require(api.routes.first { $0.name == "GET status" })
            let first = try await api.token(for: "viewer"), second = try await api.token(for: "viewer")
            #expect(first != second && first.hasPrefix("slw_") && first.utf8.count == 47)
            try await api.serve { ask in
                #expect(try await ask(status, "", [:], first, .network) == 200)
                #expect(try await ask(status, "", [:], second, .network) == 200)
                let stored = try await api.controller.tokens(by: api.admin)
                #expect(
                    stored.map(\.name) == ["viewer", "viewer"] && stored.allSatisfy { $0.lastUsedAt != nil && !first.contains($0.sha256) })
                _ = try await api.controller.revokeToken("\(stored[0].id)", by: api.admin, reason: "lost")
                #expect(try await ask(status, "", [:], first, .network) == 401)
                #expect(try await ask(status, "", [:], second, .network) == 200)
                api.clock.advance(days: 91)
                #expect(try await ask(status, "", [:], second, .network) == 401, "it has expired")

                let third = try await api.token(for: "viewer")
                for _ in 0..<40 { _ = try await ask(status, "", [:], "wrong", .network) }
                #expect(try await ask(status, "", [:], "wrong", .network) == 429)
                #expect(try await ask(status, "", [:], first, .network) == 429, "that it existed once does not show")
                #expect(try await ask(status, "", [:], third, .network) == 200, "nobody is locked out by a neighbour")
                let entries = try await api.controller.journal.auditEntries(limit: 1000)
                #expect(entries.filter { $0.draft.action == "access.unauthenticated" }.count <= 3)
                #expect(entries.filter { $0.draft.action == "token.created" }.count == 3)
                #expect(entries.allSatisfy { !"\($0)".contains(first) })
            }
        }
    }

    @Test func aSecondTokenOfAnotherKindIsRefused() async throws {
        try await withTemporaryFolder("slipway-tokens") { folder in
            let api = try await API(in: folder)
            _ = try await api.controller.createToken(
                "ci", roles: ["viewer"], environments: ["staging"], lifetime: .seconds(86_400), by: api.admin, reason: "")
            for (name, roles, lifetime) in [
                ("ci", ["admin"], 86_400), ("1ci", ["viewer"], 86_400), ("static", ["viewer"], 86_400), ("new", ["deploier"], 86_400),
                ("new", ["viewer"], 60), ("new", ["viewer"], 400 * 86_400),
            ] {
                await #expect(throws: RequestRefused.self, "\(name) \(roles) \(lifetime)") {
                    _ = try await api.controller.createToken(
                        name, roles: roles, environments: nil, lifetime: .seconds(lifetime), by: api.admin, reason: "")
                }
            }
            let renewed = try await api.controller.createToken(
                "ci", roles: nil, environments: nil, lifetime: nil, by: api.admin, reason: "")
            #expect(renewed.stored.roles == ["viewer"] && renewed.stored.environments == ["staging"])
        }
    }
}
