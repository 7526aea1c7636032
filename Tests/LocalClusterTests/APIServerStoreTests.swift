import Manifests
import Testing

@testable import LocalCluster

@Suite struct APIServerStoreTests {
    let store = ObjectStore(environment: StoreEnvironment(now: { Timestamp(seconds: 1_769_854_830) }))

    private func namespace(_ name: String = "shop") throws {
        try store.create(.namespaces, ["metadata": ["name": .string(name)]])
    }

    private func configMap(_ name: String, owner: Value? = nil, finalizers: [Value] = []) -> Value {
        var object: Value = ["metadata": ["name": .string(name), "namespace": "shop"], "data": ["a": "1"]]
        if let owner {
            object["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner.name!), "uid": .string(owner.uid!),
                    "blockOwnerDeletion": true,
                ]
            ]
        }
        if !finalizers.isEmpty { object["metadata", "finalizers"] = .array(finalizers) }
        return object
    }

    @Test func createGivesIdentity() throws {
        try namespace()
        let made = try store.create(.configMaps, configMap("one"))
        #expect(made.uid?.count == 36)
        #expect(made["metadata"]?["creationTimestamp"]?.string == "2026-01-31T10:20:30Z")
        #expect(made.resourceVersion == store.resourceVersion)
        #expect(throws: APIError.alreadyExists(.configMaps, "one")) { try store.create(.configMaps, configMap("one")) }
    }

    @Test func createNeedsANamespace() {
        #expect(throws: APIError.notFound(.namespaces, "shop")) { try store.create(.configMaps, configMap("one")) }
    }

    @Test func generationCountsOnlySpecificationChanges() throws {
        try namespace()
        let first = try store.create(.deployments, ["metadata": ["name": "web", "namespace": "shop"], "spec": ["replicas": 1]])
        #expect(first.generation == 1)
        let labelled = try store.update(.deployments, namespace: "shop", name: "web") { $0["metadata", "labels"] = ["a": "b"] }
        #expect(labelled.generation == 1)
        #expect(labelled.resourceVersion != first.resourceVersion)
        let scaled = try store.update(.deployments, namespace: "shop", name: "web") { $0["spec", "replicas"] = 2 }
        #expect(scaled.generation == 2)
        let same = try store.update(.deployments, namespace: "shop", name: "web") { $0["spec", "replicas"] = 2 }
        #expect(same.resourceVersion == scaled.resourceVersion)
    }

    @Test func statusAndSpecificationAreWrittenApart() throws {
        try namespace()
        try store.create(.deployments, ["metadata": ["name": "web", "namespace": "shop"], "spec": ["replicas": 1]])
        let status = try store.updateStatus(.deployments, namespace: "shop", name: "web") {
            $0["spec", "replicas"] = 9
            $0["status", "readyReplicas"] = 1
        }
        #expect(status["spec"]?["replicas"] == 1)
        #expect(status["status"]?["readyReplicas"] == 1)
        #expect(status.generation == 1)
        let edited = try store.update(.deployments, namespace: "shop", name: "web") { $0["status"] = nil }
        #expect(edited["status"]?["readyReplicas"] == 1)
    }

    @Test func aStaleWriteIsAConflict() throws {
        try namespace()
        let first = try store.create(.configMaps, configMap("one"))
        try store.update(.configMaps, namespace: "shop", name: "one") { $0["data", "a"] = "2" }
        #expect(throws: APIError.stale(.configMaps, "one")) {
            try store.update(.configMaps, namespace: "shop", name: "one", expectedResourceVersion: first.resourceVersion) {
                $0["data", "a"] = "3"
            }
        }
    }

    @Test func finalizersHoldAnObject() throws {
        try namespace()
        try store.create(.configMaps, configMap("held", finalizers: ["example.dev/keep"]))
        let going = try store.delete(.configMaps, namespace: "shop", name: "held")
        #expect(going["metadata"]?["deletionTimestamp"] != nil)
        #expect(store.get(.configMaps, namespace: "shop", name: "held") != nil)
        try store.update(.configMaps, namespace: "shop", name: "held") { $0["metadata", "finalizers"] = nil }
        #expect(store.get(.configMaps, namespace: "shop", name: "held") == nil)
    }

    @Test func dependentsGoWithTheirOwner() throws {
        try namespace()
        let owner = try store.create(.configMaps, configMap("owner"))
        let child = try store.create(.configMaps, configMap("child", owner: owner))
        try store.create(.configMaps, configMap("grandchild", owner: child))
        try store.delete(.configMaps, namespace: "shop", name: "owner")
        #expect(store.list(.configMaps).items.isEmpty)
    }

    @Test func orphansStay() throws {
        try namespace()
        let owner = try store.create(.configMaps, configMap("owner"))
        try store.create(.configMaps, configMap("child", owner: owner))
        try store.delete(.configMaps, namespace: "shop", name: "owner", options: DeleteOptions(propagation: .orphan))
        let child = try #require(store.get(.configMaps, namespace: "shop", name: "child"))
        #expect(child["metadata"]?["ownerReferences"] == nil)
    }

    @Test func foregroundDeletionWaitsForDependents() throws {
        try namespace()
        let owner = try store.create(.configMaps, configMap("owner"))
        try store.create(.configMaps, configMap("child", owner: owner, finalizers: ["example.dev/keep"]))
        try store.delete(.configMaps, namespace: "shop", name: "owner", options: DeleteOptions(propagation: .foreground))
        #expect(store.get(.configMaps, namespace: "shop", name: "owner") != nil)
        try store.update(.configMaps, namespace: "shop", name: "child") { $0["metadata", "finalizers"] = nil }
        #expect(store.list(.configMaps).items.isEmpty)
    }

    @Test func aPodIsGivenItsGrace() throws {
        try namespace()
        try store.create(
            .pods, ["metadata": ["name": "p", "namespace": "shop"], "spec": ["nodeName": "n", "terminationGracePeriodSeconds": 7]])
        let going = try store.delete(.pods, namespace: "shop", name: "p")
        #expect(going["metadata"]?["deletionGracePeriodSeconds"] == 7)
        #expect(going["metadata"]?["deletionTimestamp"]?.string == "2026-01-31T10:20:37Z")
        try store.delete(.pods, namespace: "shop", name: "p", options: DeleteOptions(gracePeriodSeconds: 0))
        #expect(store.get(.pods, namespace: "shop", name: "p") == nil)
    }

    @Test func aNamespaceTakesItsContentsAlong() throws {
        try namespace()
        try store.create(.configMaps, configMap("held", finalizers: ["example.dev/keep"]))
        try store.create(.configMaps, configMap("free"))
        try store.delete(.namespaces, name: "shop")
        #expect(store.get(.namespaces, name: "shop")?["status"]?["phase"] == "Terminating")
        #expect(store.list(.configMaps).items.map(\.name) == ["held"])
        let refused = #expect(throws: APIError.self) { try store.create(.configMaps, configMap("late")) }
        #expect(refused?.reason == .forbidden)
        try store.update(.configMaps, namespace: "shop", name: "held") { $0["metadata", "finalizers"] = nil }
        #expect(store.get(.namespaces, name: "shop") == nil)
    }

    @Test func aWatchResumesWithoutAGap() async throws {
        try namespace()
        let first = try store.create(.configMaps, configMap("one"))
        try store.update(.configMaps, namespace: "shop", name: "one") { $0["data", "a"] = "2" }
        var events = try store.watch(.configMaps, fromResourceVersion: first.resourceVersion).makeAsyncIterator()
        try store.delete(.configMaps, namespace: "shop", name: "one")
        let modified = await events.next()
        #expect(modified?.kind == .modified)
        #expect(modified?.previous?["data"]?["a"] == "1")
        #expect(await events.next()?.kind == .deleted)
    }

    @Test func aWatchFromForgottenTimesIsRefused() throws {
        try namespace()
        let first = try store.create(.configMaps, configMap("one"))
        try store.update(.configMaps, namespace: "shop", name: "one") { $0["data", "a"] = "2" }
        store.compact()
        let error = #expect(throws: APIError.self) { try store.watch(.configMaps, fromResourceVersion: first.resourceVersion) }
        #expect(error?.httpStatus == 410)
    }

    @Test func aSlowWatcherIsCutOff() async throws {
        try namespace()
        try store.create(.configMaps, configMap("one"))
        let stream = try store.watch(.configMaps)
        for number in 0...StoreLimits.eventsPerWatcher + 2 {
            try store.update(.configMaps, namespace: "shop", name: "one") { $0["data", "a"] = .string(String(number)) }
        }
        var seen = 0
        for await _ in stream { seen += 1 }
        #expect(seen >= StoreLimits.eventsPerWatcher)
        #expect(seen <= StoreLimits.eventsPerWatcher + 2)
    }

    @Test(arguments: ["2026-01-31T10:20:30Z", "1999-12-31T23:59:59Z", "2024-02-29T00:00:00Z", "1970-01-01T00:00:00Z"])
    func timesAreReadAsWritten(text: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == text)
    }

    @Test func timesWithOffsetAndFraction() {
        #expect(Timestamp(rfc3339: "2026-01-31T12:20:30.25+02:00")?.rfc3339Micro == "2026-01-31T10:20:30.250000Z")
        #expect(Timestamp(rfc3339: "2026-01-31 10:20") == nil)
    }
}
