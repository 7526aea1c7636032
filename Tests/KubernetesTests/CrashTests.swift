import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

/// Ends the process, as the API server sees it, before and after every single request of an apply and of a prune.
@Suite struct CrashTests {
    static let first = [Fixture.configMap("a"), Fixture.configMap("b"), Fixture.service, Fixture.deployment()]
    static let second = [Fixture.configMap("a", "2"), Fixture.configMap("c"), Fixture.deployment("web:2")]

    /// What the cluster has in the end, without the marks of how often it was written.
    static func content(_ server: FakeAPIServer) -> [String: Value] {
        server.state.withLock { state in
            state.objects.mapValues { object in
                var object = PlanDiff.normalized(object)
                if let text = object["data"]?["objects"]?.string {
                    object["data", "objects"] = .string(
                        text.split(separator: "\n").map { $0.split(separator: " ").dropLast().joined(separator: " ") }.joined(
                            separator: "\n"))
                }
                return object
            }
        }
    }

    /// Every object of ours that exists must be in the inventory: that is what "no orphan" means.
    static func orphans(_ server: FakeAPIServer) throws -> [String] {
        let text = server.object(Fixture.inventoryPath)?["data"]?["objects"]?.string ?? ""
        let known = Set(try Inventory(text: text, source: "inventory").entries.keys)
        return server.state.withLock { state in
            state.objects.values.filter { $0.labels?[SlipwayLabel.environment] != nil && $0.name != "slipway-inventory-staging" }
                .compactMap(\.identity).filter { !known.contains($0) }.map(\.description)
        }
    }

    static func dying(_ server: FakeAPIServer, at number: Int, after: Bool) -> FakeAPIServer {
        FakeAPIServer(continuing: server) { count, _ in
            if count < number { return nil }
            return count == number && after ? .lostAfter : .lostBefore
        }
    }

    static let release: @Sendable (EnvironmentApplier) async throws -> Void = { applier in
        _ = try await applier.apply(second)
        _ = try await applier.prune(keeping: second, cap: .unlimited)
    }

    @Test(arguments: [false, true])
    func aCrashAtAnyRequestLeavesNoOrphanAndTheSameEnd(after: Bool) async throws {
        let start = Fixture.server()
        _ = try await Fixture.applier(start).apply(Self.first)
        let undisturbed = FakeAPIServer(continuing: start)
        try await Self.release(Fixture.applier(undisturbed))
        let wanted = Self.content(undisturbed)
        let total = undisturbed.requests.count
        #expect(total > 15)
        for number in 1...total {
            let crashed = Self.dying(start, at: number, after: after)
            do { try await Self.release(Fixture.applier(crashed)) } catch {}
            #expect(try Self.orphans(crashed).isEmpty, "request \(number)")
            let restarted = FakeAPIServer(continuing: crashed)
            try await Self.release(Fixture.applier(restarted))
            #expect(Self.content(restarted) == wanted, "request \(number)")
        }
    }

    @Test(arguments: [false, true])
    func aCrashInTheFirstApplyToo(after: Bool) async throws {
        let empty = Fixture.server()
        let undisturbed = FakeAPIServer(continuing: empty)
        _ = try await Fixture.applier(undisturbed).apply(Self.first)
        for number in 1...undisturbed.requests.count {
            let crashed = Self.dying(empty, at: number, after: after)
            do { _ = try await Fixture.applier(crashed).apply(Self.first) } catch {}
            #expect(try Self.orphans(crashed).isEmpty, "request \(number)")
            let restarted = FakeAPIServer(continuing: crashed)
            _ = try await Fixture.applier(restarted).apply(Self.first)
            #expect(Self.content(restarted) == Self.content(undisturbed), "request \(number)")
        }
    }
}
