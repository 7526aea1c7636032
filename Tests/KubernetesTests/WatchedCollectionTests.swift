import Manifests
import Testing

@testable import Kubernetes

@Suite struct WatchedCollectionTests {
    static func object(_ name: String, _ version: Int, _ text: String = "x") -> Value {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "namespace": "n", "resourceVersion": .string(String(version)), "uid": .string("u-\(name)"),
            ],
            "data": ["key": .string(text)],
        ]
    }

    /// Nothing in these objects says whose they are.
    static let changed = WatchedCollection.Effect.changed(WatchAddressees(object("any", 1), "n"))

    static func names(_ collection: WatchedCollection) -> Set<ObjectIdentity> { Set(collection.objects["n"]?.keys.map(\.self) ?? []) }

    static func id(_ name: String) -> ObjectIdentity { ObjectIdentity(group: "", kind: "ConfigMap", namespace: "n", name: name) }

    static func read(_ names: String...) -> WatchedCollection {
        var collection = WatchedCollection()
        collection.beginReading()
        collection.add(page: names.map { object($0, 1) })
        collection.endReading(at: "5")
        return collection
    }

    @Test func eventsKeepItRightAndSayFromWhereToGoOn() {
        var collection = Self.read("a", "b")
        #expect(collection.resumeVersion == "5")
        #expect(collection.take(.modified(Self.object("a", 6, "y"))) == Self.changed)
        #expect(collection.take(.deleted(Self.object("b", 7))) == Self.changed)
        #expect(collection.take(.deleted(Self.object("never seen", 8))) == .none)
        #expect(collection.take(.added(Self.object("c", 9))) == Self.changed)
        #expect(collection.resumeVersion == "9")
        #expect(collection.take(.bookmark(resourceVersion: "20", endsInitialEvents: false)) == .none)
        #expect(collection.resumeVersion == "20")
        #expect(Self.names(collection) == [Self.id("a"), Self.id("c")])
    }

    @Test func aStreamedListReplacesAllAtItsEnd() {
        var collection = Self.read("gone meanwhile", "stays")
        collection.beginReading()
        #expect(collection.resumeVersion == nil)
        #expect(collection.take(.added(Self.object("stays", 30))) == .none)
        #expect(collection.take(.added(Self.object("new", 31))) == .none)
        #expect(Self.names(collection).contains(Self.id("gone meanwhile")), "what was known stands until the new is complete")
        #expect(collection.take(.bookmark(resourceVersion: "31", endsInitialEvents: true)) == .changed(nil))
        #expect(Self.names(collection) == [Self.id("stays"), Self.id("new")])
        #expect(collection.resumeVersion == "31")
    }

    @Test func aReadingThatBreaksOffChangesNothing() {
        var collection = Self.read("a")
        collection.beginReading()
        _ = collection.take(.added(Self.object("b", 30)))
        collection.abandonReading()
        #expect(Self.names(collection) == [Self.id("a")])
        #expect(collection.resumeVersion == nil, "it has to be read again")
    }

    @Test func anExpiredVersionMeansToReadAgain() {
        var collection = Self.read("a")
        let gone = KubernetesError(.gone, "too old")
        #expect(collection.take(.error(gone)) == .ended(gone))
        #expect(collection.resumeVersion == nil)
        var other = Self.read("a")
        let failed = KubernetesError(.serverError(status: 500), "etcd is away")
        #expect(other.take(.error(failed)) == .ended(failed))
        #expect(other.resumeVersion == "5", "another trouble goes on where it was")
    }

    @Test func whatLiesElsewhereIsReadAndDropped() {
        var collection = WatchedCollection(keeping: ["n"])
        func elsewhere(_ name: String, _ version: Int) -> Value {
            var object = Self.object(name, version)
            object["metadata", "namespace"] = "m"
            return object
        }
        collection.beginReading()
        collection.add(page: [Self.object("a", 1), elsewhere("a", 2)])
        #expect(collection.count == 1)
        collection.endReading(at: "5")
        #expect(collection.take(.added(elsewhere("b", 6))) == .none)
        #expect(collection.resumeVersion == "6", "the watch goes on after it all the same")
        #expect(collection.take(.deleted(elsewhere("b", 7))) == .none)
        #expect(collection.take(.added(Self.object("b", 8))) == Self.changed)
        #expect(Set(collection.objects.keys) == ["n"])
        #expect(collection.count == 2)
        #expect(collection.take(.deleted(Self.object("b", 9))) == Self.changed)
        #expect(collection.count == 1)
    }

    @Test func contentIsKeptAsAFingerprintOnly() throws {
        let first = WatchedObject(Self.object("a", 1, "secret words"))
        #expect(first.object["data"] == nil)
        #expect(first.fingerprint == WatchedObject(Self.object("a", 2, "secret words")).fingerprint, "the version is not content")
        #expect(first.fingerprint != WatchedObject(Self.object("a", 2, "other words")).fingerprint)
        var noted = Self.object("a", 3, "secret words")
        noted["status"] = ["phase": "Bound"]
        noted["metadata", "managedFields"] = [["manager": "x"]]
        #expect(first.fingerprint == WatchedObject(noted).fingerprint)
        #expect(WatchedObject(noted).object["metadata", "managedFields"] == nil)
        noted["metadata", "labels"] = ["team": "feed"]
        #expect(first.fingerprint != WatchedObject(noted).fingerprint)
    }

    /// Whether a status is older than the last change is what the health of a custom kind without observedGeneration is bound to.
    @Test func ofACustomKindTheTimesOfWritingAreKept() {
        let object: Value = [
            "apiVersion": "nova.dev/v1", "kind": "Feed", "status": ["phase": "Idle"],
            "metadata": [
                "name": "a",
                "managedFields": [
                    ["manager": "x", "time": "2026-01-01T00:00:00Z", "fieldsV1": ["f:spec": [:]]],
                    ["manager": "y", "time": "2026-01-01T00:00:01Z", "subresource": "status", "fieldsV1": ["f:status": [:]]],
                ],
            ],
        ]
        let kept = WatchedObject(object).object["metadata", "managedFields"]
        #expect(kept == [["time": "2026-01-01T00:00:00Z"], ["subresource": "status", "time": "2026-01-01T00:00:01Z"]])
    }
}
