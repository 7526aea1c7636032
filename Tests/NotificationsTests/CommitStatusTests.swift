import Delivery
import Manifests
import Testing

@testable import Notifications

@Suite struct CommitStatusTests {
    private static let revision = String(repeating: "b", count: 40)

    @Test(arguments: [
        (
            ChannelService.CommitStatus.Provider.github, "/repos/nova/deploy/statuses/\(revision)", "authorization", "Bearer token-abc",
            "failure", "error"
        ),
        (.gitea, "/api/v1/repos/nova/deploy/statuses/\(revision)", "authorization", "token token-abc", "failure", "error"),
        (.gitlab, "/api/v4/projects/nova%2Fdeploy/statuses/\(revision)", "private-token", "token-abc", "failed", "canceled"),
    ])
    func eachProviderInItsWords(
        _ provider: ChannelService.CommitStatus.Provider, _ path: String, _ header: String, _ credential: String, _ failure: String,
        _ cancelled: String
    ) async throws {
        let world = try World()
        try await withService { service in
            service.usually { _ in .json(201, [:]) }
            let deliverer = world.deliverer([.commits(service, provider)])
            for notice in [
                world.notice("a", .approvalNeeded), world.notice("b", .rollbackStarted, severity: .warning, incident: .opensOne),
                world.notice("c", .releaseVerified), world.notice("d", .rollbackStarted), world.notice("e", .holdChanged),
                world.notice("f", .releaseVerified, revision: nil), world.notice("g", .releaseStarted), world.notice("h", .releaseEnded),
            ] {
                try await world.happen(notice)
                _ = try await deliverer.routeDue()
                try await deliverer.deliverDue()
            }
            let bodies = try service.bodies
            #expect(bodies.map { $0["state"]?.string } == ["pending", failure, "success", "pending", "pending", cancelled])
            #expect(bodies.allSatisfy { $0[provider == .gitlab ? "name" : "context"]?.string == "slipway/production" })
            #expect(service.received.allSatisfy { $0.method == "POST" && $0.path == path && $0.headers[header] == credential })
            let description = bodies[2]["description"]?.string ?? ""
            #expect(description.hasPrefix("verified (release 7); audit record 3 ") && description.count <= 140)
        }
    }

    @Test func onlyTheNewestStatusOfACommitIsSent() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.commits(service, .github)])
            let other = String(repeating: "c", count: 40)
            try await world.happen(
                world.notice("a", .approvalNeeded), world.notice("b", .approvalNeeded, revision: other), world.notice("c", .releaseVerified)
            )
            _ = try await deliverer.routeDue()
            try await deliverer.deliverDue()
            #expect(try service.bodies.map { $0["state"]?.string } == ["success", "pending"])
            #expect(try await world.states() == ["a superseded", "b delivered", "c delivered"])
        }
    }

    @Test func gitLabKnowsAStateAlready() async throws {
        let world = try World()
        try await withService { service in
            let deliverer = world.deliverer([.commits(service, .gitlab)])
            service.next(
                .json(
                    400, ["message": "Cannot transition status via :run from :running (Reason(s): Status cannot transition via \"run\")"]),
                .json(400, ["message": "name is invalid"]))
            try await world.happen(world.notice("a"), world.notice("b", environment: "staging"))
            _ = try await deliverer.routeDue()
            try await deliverer.deliverDue()
            #expect(try await world.states() == ["a delivered", "b dead"])
        }
    }
}
