import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

/// Electors and fences against an API server whose time passes only by sleeping.
@Suite struct ElectorTests {
    static let leasePath = "/apis/coordination.k8s.io/v1/namespaces/nova-staging/leases/slipway"

    /// One controller: its elector, its fence, its client.
    final class Candidate: Sendable {
        let fence = WriteFence()
        let server: FakeAPIServer
        let elector: LeaderElector
        let states: Mutex<[LeadershipState]>
        let course: Mutex<LeaderElector.Course>

        init(_ identity: String, _ server: FakeAPIServer) {
            self.server = server
            let states = SharedStates()
            elector = LeaderElector(
                client: server.client(), namespace: "nova-staging", name: "slipway", identity: identity, fence: fence,
                wallMilliseconds: { 0 }, onChange: { states.add($0) })
            self.states = Mutex([])
            shared = states
            course = Mutex(
                LeaderElector.Course(
                    election: LeaseElection(identity: identity, timing: LeaseTiming(), namespace: "nova-staging", name: "slipway")))
        }

        let shared: SharedStates

        func round() async {
            var course = course.withLock { $0 }
            _ = await elector.round(&course)
            let next = course
            self.course.withLock { $0 = next }
        }

        var state: LeadershipState { course.withLock { $0.state } }
        var generation: Int64? { if case .leading(let term) = state { term.generation } else { nil } }

        func applier(controller: String? = nil) -> EnvironmentApplier {
            var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
            settings.controller = controller
            return EnvironmentApplier(client: server.client(fence: fence), settings: settings)
        }
    }

    final class SharedStates: Sendable {
        let all = Mutex<[LeadershipState]>([])
        func add(_ state: LeadershipState) { all.withLock { $0.append(state) } }
    }

    static func pass(_ duration: Duration, on server: FakeAPIServer) { server.state.withLock { $0.elapsed += duration } }

    @Test func oneLeadsAndTheOtherTakesOverWhenItIsSilentForLongEnough() async throws {
        let server = Fixture.server()
        let (a, b) = (Candidate("a", server), Candidate("b", server))
        await a.round()
        await b.round()
        #expect(a.generation == 0)
        #expect(b.state == .standby(holder: "a"))
        for _ in 0..<10 {
            Self.pass(.seconds(2), on: server)
            await a.round()
            await b.round()
        }
        #expect(a.generation == 0 && b.state == .standby(holder: "a"))
        // a stands still. Its fence closes before b may lead.
        Self.pass(.seconds(10), on: server)
        #expect(a.fence.term(at: server.environment.now()) == nil)
        await b.round()
        #expect(b.state == .standby(holder: "a"))
        Self.pass(.seconds(5), on: server)
        await b.round()
        #expect(b.generation == 1)
        await a.round()
        await a.round()
        #expect(a.state == .standby(holder: "b"))
    }

    @Test func noWriteBeginsWithoutALeaseAndReadsAndDryRunsDo() async throws {
        let server = Fixture.server()
        let a = Candidate("a", server)
        #expect(try await a.applier().plan([Fixture.configMap("x")]).map(\.action) == [.create])
        let error = await #expect(throws: KubernetesError.self) { try await a.applier().apply([Fixture.configMap("x")]) }
        #expect(error?.code == .notLeading && error?.isTransient == true)
        #expect(error?.message.hasSuffix("this controller does not lead: no lease has been taken yet") == true, "\(error?.message ?? "")")
        #expect(server.writes.isEmpty)
        await a.round()
        _ = try await a.applier().apply([Fixture.configMap("x")])
        let write = try #require(server.requests.last { $0.method == "PATCH" })
        #expect(write.endsBefore != nil)
    }

    @Test func aWriteEndsBeforeAnotherMayLead() async throws {
        let server = Fixture.server()
        let a = Candidate("a", server)
        let before = server.environment.now()
        await a.round()
        Self.pass(.seconds(9), on: server)
        _ = try await a.applier().apply([Fixture.configMap("x")])
        for request in server.requests where request.endsBefore != nil {
            #expect(try #require(request.endsBefore) <= before + .seconds(14))
        }
        Self.pass(.seconds(1), on: server)
        let error = await #expect(throws: KubernetesError.self) { try await a.applier().apply([Fixture.configMap("x", "2")]) }
        #expect(error?.code == .notLeading)
    }

    @Test func anAPIServerThatIsAwayCostsTheLeadershipByTimeAndComesBackToTheSameTerm() async throws {
        let server = Fixture.server()
        let isAway = Mutex(false)
        let flaky = FakeAPIServer(continuing: server) { _, _ in isAway.withLock { $0 } ? .lostBefore : nil }
        let a = Candidate("a", flaky)
        await a.round()
        isAway.withLock { $0 = true }
        for _ in 0..<4 {
            Self.pass(.seconds(2), on: flaky)
            await a.round()
        }
        #expect(a.generation == 0, "a short outage costs nothing")
        for _ in 0..<8 {
            Self.pass(.seconds(2), on: flaky)
            await a.round()
        }
        guard case .unknown = a.state else {
            Issue.record("\(a.state)")
            return
        }
        isAway.withLock { $0 = false }
        await a.round()
        #expect(a.generation == 0)
        #expect(a.shared.all.withLock { $0.count } == 3)
    }

    /// The answer to a renewal is lost after it took effect: the next one meets its own write.
    @Test func aLostAnswerDoesNotCostTheLease() async throws {
        let server = Fixture.server()
        let lost = Mutex(false)
        let flaky = FakeAPIServer(continuing: server) { _, request in
            request.method == "PUT" && lost.withLock { $0 } ? .lostAfter : nil
        }
        let a = Candidate("a", flaky)
        await a.round()
        lost.withLock { $0 = true }
        await a.round()
        lost.withLock { $0 = false }
        await a.round()
        await a.round()
        #expect(a.generation == 0)
        #expect(a.shared.all.withLock { $0.count } == 1)
    }

    @Test func anOrderlyEndGivesTheLeaseBack() async throws {
        let server = Fixture.server()
        let a = Candidate("a", server), b = Candidate("b", server)
        let running = Task { await a.elector.run() }
        while server.object(Self.leasePath) == nil { await Task.yield() }
        running.cancel()
        await running.value
        #expect(server.object(Self.leasePath)?["spec", "holderIdentity"] == "")
        await b.round()
        #expect(b.generation == 1)
        await #expect(throws: KubernetesError.self) { try await a.applier().apply([Fixture.configMap("x")]) }
    }

    /// An Event is written behind the back of whatever ended before the lease: that alone must not cost the next one the time of a lease.
    @Test(arguments: [true, false]) func anEndWaitsForTheLastWriteForAsLongAsACallMayTake(ends: Bool) async throws {
        let server = Fixture.server()
        let fence = WriteFence()
        var environment = server.environment
        environment.sleep = { pause in
            Self.pass(pause, on: server)
            await Task.yield()
            if pause == EnvironmentLimits.leaseReleasePoll, ends, fence.hasWritesUnderWay { fence.ended() }
        }
        let client = KubernetesClient(
            access: ClusterAccess(server: "https://fake:6443", origin: "test"), environment: environment, limits: KubernetesLimits())
        let elector = LeaderElector(
            client: client, namespace: "nova-staging", name: "slipway", identity: "a", fence: fence, wallMilliseconds: { 0 },
            onChange: { _ in })
        let running = Task { await elector.run() }
        while server.object(Self.leasePath) == nil { await Task.yield() }
        fence.began()
        running.cancel()
        await running.value
        #expect(server.object(Self.leasePath)?["spec", "holderIdentity"]?.string == (ends ? "" : "a"))
    }
}
