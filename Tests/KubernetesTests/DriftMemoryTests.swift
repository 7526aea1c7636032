import Manifests
import Testing

@testable import Kubernetes

@Suite struct DriftMemoryTests {
    typealias Collection = WatchedCollectionTests

    static func applied(_ object: Value) -> AppliedObject {
        AppliedObject(
            identity: object.identity ?? Collection.id("?"), apiVersion: "v1", stored: object, changed: true)
    }

    @Test func onlyWhatIsNotKnownToBeRightIsSuspect() {
        let memory = DriftMemory()
        let applied = ["same", "changed", "gone", "anew"].map { Self.applied(Collection.object($0, 10)) }
        var anew = Collection.object("anew", 12)
        anew["metadata", "uid"] = "another"
        let view = ClusterView([Collection.object("same", 14), Collection.object("changed", 13, "by hand"), anew])
        #expect(memory.suspects(among: applied, in: view) == [Collection.id("changed"), Collection.id("gone"), Collection.id("anew")])
    }

    @Test func aContentThatWasComparedIsNotAskedAboutAgain() {
        var memory = DriftMemory()
        let applied = [Self.applied(Collection.object("a", 10))]
        let annotated = ClusterView([Collection.object("a", 11, "completed by a controller")])
        #expect(memory.suspects(among: applied, in: annotated) == [Collection.id("a")])
        memory.settle([Collection.id("a")], in: annotated)
        #expect(memory.suspects(among: applied, in: annotated).isEmpty)
        #expect(memory.suspects(among: applied, in: ClusterView([Collection.object("a", 10)])).isEmpty, "what was applied is right as well")
        let again = ClusterView([Collection.object("a", 12, "by hand")])
        #expect(memory.suspects(among: applied, in: again) == [Collection.id("a")])
        memory.forget()
        #expect(memory.suspects(among: applied, in: annotated) == [Collection.id("a")])
    }

    @Test func whatWasToldIsNotAskedAboutAtEveryLook() {
        var memory = DriftMemory()
        let applied = [Self.applied(Collection.object("gone", 10)), Self.applied(Collection.object("anew", 10))]
        var anew = Collection.object("anew", 12)
        anew["metadata", "uid"] = "another"
        let view = ClusterView([anew])
        #expect(memory.suspects(among: applied, in: view).count == 2)
        memory.settle(applied.map(\.identity), in: view)
        #expect(memory.suspects(among: applied, in: view).isEmpty)
        #expect(memory.suspects(among: applied, in: ClusterView([anew, Collection.object("gone", 13, "new")])) == [Collection.id("gone")])
    }

    @Test func aFinishedJobThatTheClusterRemovesIsNoDrift() {
        let job: Value = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "migrate", "namespace": "n", "uid": "u"],
            "spec": ["ttlSecondsAfterFinished": 60],
        ]
        var forever = job
        forever["metadata", "name"] = "kept"
        forever["spec"] = [:]
        let gone = DriftMemory().suspects(among: [Self.applied(job), Self.applied(forever)], in: ClusterView())
        #expect(gone.map(\.name) == ["kept"])
    }

    @Test func aWatchThatLagsBehindOurOwnWriteIsNoDrift() {
        let applied = [Self.applied(Collection.object("a", 10))]
        let old = ClusterView([Collection.object("a", 9, "what stood there before")])
        #expect(DriftMemory().suspects(among: applied, in: old).isEmpty)
    }
}
