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
        #expect(collection.take(.modified(Self.object("a", 6, "y"))) == .changed)
        #expect(collection.take(.deleted(Self.object("b", 7))) == .changed)
        #expect(collection.take(.deleted(Self.object("never seen", 8))) == .none)
        #expect(collection.take(.added(Self.object("c", 9))) == .changed)
        #expect(collection.resumeVersion == "9")
        #expect(collection.take(.bookmark(resourceVersion: "20", endsInitialEvents: false)) == .none)
        #expect(collection.resumeVersion == "20")
        #expect(Set(collection.objects.keys) == [Self.id("a"), Self.id("c")])
    }

    @Test func aStreamedListReplacesAllAtItsEnd() {
        var collection = Self.read("gone meanwhile", "stays")
        collection.beginReading()
        #expect(collection.resumeVersion == nil)
        #expect(collection.take(.added(Self.object("stays", 30))) == .none)
        #expect(collection.take(.added(Self.object("new", 31))) == .none)
        #expect(collection.objects.keys.contains(Self.id("gone meanwhile")), "what was known stands until the new is complete")
        #expect(collection.take(.bookmark(resourceVersion: "31", endsInitialEvents: true)) == .changed)
        #expect(Set(collection.objects.keys) == [Self.id("stays"), Self.id("new")])
        #expect(collection.resumeVersion == "31")
    }

    @Test func aReadingThatBreaksOffChangesNothing() {
        var collection = Self.read("a")
        collection.beginReading()
        _ = collection.take(.added(Self.object("b", 30)))
        collection.abandonReading()
        #expect(Set(collection.objects.keys) == [Self.id("a")])
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
