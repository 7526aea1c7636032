import HTTPTransport
import Manifests
import Synchronization
import Testing

@testable import Kubernetes

@Suite struct InventoryClaimTests {
    static let lease = ObjectIdentity(group: "coordination.k8s.io", kind: "Lease", namespace: "ops", name: "slipway")

    static func term(_ generation: Int64, _ holder: String = "a", uid: String = "u1") -> LeaseTerm {
        LeaseTerm(lease: lease, leaseUID: uid, generation: generation, holder: holder)
    }

    @Test func readsWhatItWrote() {
        var inventory: Value = ["data": ["format": "1"]]
        let claim = InventoryClaim(controller: "k1", term: Self.term(4, "pod-1_ab c"))
        claim.write(into: &inventory)
        #expect(inventory["data", "term"] == "4 u1 ops/slipway pod-1_ab c")
        #expect(InventoryClaim(inventory) == claim)
        #expect(InventoryClaim(["data": ["objects": ""]]) == InventoryClaim(controller: nil, term: nil))
    }

    @Test func aLaterTermAnotherHolderAndAnotherJournalAreNotOurs() {
        let mine = InventoryClaim(controller: "k1", term: Self.term(4))
        #expect(mine.verdict(on: InventoryClaim(controller: nil, term: nil)) == .mine)
        #expect(mine.verdict(on: InventoryClaim(controller: "k1", term: Self.term(3, "b"))) == .mine)
        #expect(mine.verdict(on: mine) == .mine)
        #expect(mine.verdict(on: InventoryClaim(controller: "k1", term: Self.term(5, "b"))) == .deposed(Self.term(5, "b")))
        #expect(mine.verdict(on: InventoryClaim(controller: "k1", term: Self.term(4, "b"))) == .deposed(Self.term(4, "b")))
        #expect(mine.verdict(on: InventoryClaim(controller: "k2", term: nil)) == .foreign(controller: "k2"))
        let other = Self.term(9, "b", uid: "u0")
        #expect(mine.verdict(on: InventoryClaim(controller: "k1", term: other)) == .otherLease(other))
        #expect(InventoryClaim(controller: "k1", term: nil).verdict(on: mine) == .mine, "a controller without a lease")
    }

    @Test func anOlderCopyOfTheJournalIsToldByTheReleaseThatItDoesNotKnow() {
        func claim(_ release: Int64?) -> InventoryClaim { InventoryClaim(controller: "k1", term: nil, release: release) }
        #expect(claim(7).verdict(on: claim(8)) == .behind(release: 8))
        #expect(claim(8).verdict(on: claim(8)) == .mine)
        #expect(claim(9).verdict(on: claim(8)) == .mine)
        #expect(claim(1).verdict(on: claim(nil)) == .mine, "written before releases were noted")
        #expect(claim(nil).over(claim(8)).release == 8, "who knows of no release leaves the one that stands there")
        var inventory: Value = ["data": [:]]
        claim(8).write(into: &inventory)
        #expect(InventoryClaim(inventory).release == 8)
    }

    @Test func anInventoryOfAnotherJournalIsRefusedUntilSomebodyGivesItAway() async throws {
        let server = Fixture.server()
        func applier(_ controller: String) -> EnvironmentApplier {
            var settings = EnvironmentSettings(environment: "staging", namespace: "nova-staging")
            settings.controller = controller
            return EnvironmentApplier(client: server.client(), settings: settings)
        }
        _ = try await applier("k1").apply([Fixture.configMap("x")])
        let written = server.writes.count
        for attempt in [
            { _ = try await applier("k2").plan([Fixture.configMap("x")]) },
            { _ = try await applier("k2").apply([Fixture.configMap("x", "2")]) },
            { _ = try await applier("k2").prune(keeping: [], cap: .unlimited) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: KubernetesError.self) { try await attempt() }
            #expect(error?.code == .refused)
            #expect(
                error?.message
                    == "ConfigMap nova-staging/slipway-inventory-staging was written by another controller, whose journal has the key k1; this one has k2. Nothing is changed. If that controller is gone for good: kubectl annotate -n nova-staging configmap slipway-inventory-staging slipway.dev/adopt=enabled"
            )
        }
        #expect(server.writes.count == written)
        var offered = try #require(server.object(Fixture.inventoryPath))
        offered.set(["metadata", "annotations", SlipwayLabel.adopt], to: "enabled")
        server.put(Fixture.inventoryPath, offered)
        _ = try await applier("k2").apply([Fixture.configMap("x", "2")])
        let adopted = try #require(server.object(Fixture.inventoryPath))
        #expect(adopted["data", "controller"] == "k2" && adopted.annotations?[SlipwayLabel.adopt] == nil)
        await #expect(throws: KubernetesError.self) { try await applier("k1").apply([Fixture.configMap("x")]) }
    }

    /// An old leader that stood still between its look and its write: the new leader's inventory is there first.
    @Test func theWriteOfADeposedLeaderMeetsTheNewInventory() async throws {
        let server = Fixture.server()
        let a = ElectorTests.Candidate("a", server), b = ElectorTests.Candidate("b", server)
        await a.round()
        _ = try await a.applier().apply([Fixture.configMap("x")])
        await b.round()
        ElectorTests.pass(.seconds(16), on: server)
        await b.round()
        _ = try await b.applier().apply([Fixture.configMap("x", "2")])
        // As if its clock had not seen the pause: its fence is opened for its old term.
        let old = LeaseTerm(
            lease: a.elector.lease, leaseUID: try #require(server.object(ElectorTests.leasePath)?.uid), generation: 0, holder: "a")
        a.fence.open(old, renewed: server.environment.now())
        let before = server.object("\(Fixture.root)/configmaps/x")
        let error = await #expect(throws: KubernetesError.self) { try await a.applier().apply([Fixture.configMap("x", "late")]) }
        #expect(error?.code == .notLeading)
        #expect(
            error?.message.contains("was written by b, which leads since transition 1 of Lease.coordination.k8s.io nova-staging/slipway")
                == true)
        await #expect(throws: KubernetesError.self) { try await a.applier().prune(keeping: [], cap: .unlimited) }
        #expect(server.object("\(Fixture.root)/configmaps/x") == before)
    }

    /// A Lease that was deleted and made anew counts from 0 again, below what the inventory says.
    @Test func aLeaseMadeAnewCountsWhenWeHoldIt() async throws {
        let server = Fixture.server()
        let a = ElectorTests.Candidate("a", server)
        server.put(
            ElectorTests.leasePath,
            [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": "slipway", "namespace": "nova-staging"],
                "spec": ["holderIdentity": "", "leaseTransitions": 7],
            ])
        await a.round()
        #expect(a.generation == 8)
        _ = try await a.applier().apply([Fixture.configMap("x")])
        server.remove(ElectorTests.leasePath)
        await a.round()
        await a.round()
        #expect(a.generation == 0)
        _ = try await a.applier().apply([Fixture.configMap("x", "2")])
        #expect(InventoryClaim(try #require(server.object(Fixture.inventoryPath))).term?.generation == 0)
    }
}
