import Manifests
import Synchronization
import Testing

@testable import Kubernetes

/// Whom a change is told.
@Suite struct WatchFollowersTests {
    final class Told: Sendable {
        private let names = Mutex<[String]>([])

        func follow(_ followers: WatchFollowers, _ name: String, in namespace: String = "n", deployment: String? = nil) {
            let workloads = deployment.map { [ObjectIdentity(group: "apps", kind: "Deployment", namespace: namespace, name: $0)] } ?? []
            let follower = WatchFollowers.Follower(workloads: Set(workloads)) { self.names.withLock { $0.append(name) } }
            followers.set(follower, named: name, in: namespace)
        }

        /// Since the last call.
        func take() -> [String] {
            names.withLock { names in
                defer { names = [] }
                return names.sorted()
            }
        }
    }

    static func owned(_ kind: String, _ name: String, by owner: (kind: String, name: String), hash: String? = nil) -> Value {
        var object: Value = [
            "apiVersion": "v1", "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": "n",
                "ownerReferences": [
                    ["apiVersion": "apps/v1", "kind": .string(owner.kind), "name": .string(owner.name), "controller": true]
                ],
            ],
        ]
        if let hash { object["metadata", "labels"] = ["pod-template-hash": .string(hash)] }
        return object
    }

    static func labelled(_ environment: String?) -> Value {
        var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "n"]]
        if let environment { object["metadata", "labels"] = ["slipway.dev/environment": .string(environment)] }
        return object
    }

    @Test func eachIsToldOfItsOwn() {
        let followers = WatchFollowers()
        let told = Told()
        told.follow(followers, "a", deployment: "web")
        told.follow(followers, "b", deployment: "web-admin")
        told.follow(followers, "c", in: "m", deployment: "web")
        func hear(_ object: Value) -> [String] {
            followers.tell(WatchAddressees(object, object.namespace ?? ""))
            return told.take()
        }
        #expect(hear(Self.labelled("a")) == ["a"])
        #expect(hear(Self.labelled("b")) == ["b"])
        #expect(hear(Self.labelled("unknown")) == ["a", "b"], "it may be drift of anybody's")
        #expect(hear(Self.labelled(nil)) == ["a", "b"])
        #expect(hear(Self.owned("ReplicaSet", "web-7d", by: ("Deployment", "web"))) == ["a"])
        #expect(hear(Self.owned("Pod", "web-7d-x", by: ("ReplicaSet", "web-7d"), hash: "7d")) == ["a"])
        #expect(hear(Self.owned("Pod", "web-admin-7d-x", by: ("ReplicaSet", "web-admin-7d"), hash: "7d")) == ["b"])
        #expect(hear(Self.owned("Pod", "web-7d-x", by: ("ReplicaSet", "web-7d"))) == ["a", "b"], "without the hash it cannot be told")
        #expect(hear(Self.owned("Pod", "db-0", by: ("StatefulSet", "db"))).isEmpty, "that is somebody else's")
        followers.tellAll(in: "m")
        #expect(told.take() == ["c"])
        followers.tellAll(in: nil)
        #expect(told.take() == ["a", "b", "c"])
        followers.remove("a", from: "n")
        #expect(hear(Self.labelled(nil)) == ["b"])
        #expect(followers.namespaces == ["n", "m"])
        followers.remove("b", from: "n")
        #expect(followers.namespaces == ["m"])
    }

    @Test func aLabelThatIsTakenOffIsToldToWhomItNamed() {
        var collection = WatchedCollection()
        collection.beginReading()
        collection.endReading(at: "1")
        func addressees(_ event: WatchEvent) -> WatchAddressees? {
            if case .changed(let addressees?) = collection.take(event) { addressees } else { nil }
        }
        #expect(addressees(.added(Self.labelled("a")))?.environments == ["a"])
        #expect(addressees(.modified(Self.labelled("b")))?.environments == ["a", "b"])
        #expect(addressees(.modified(Self.labelled(nil)))?.everybody == true)
        #expect(addressees(.deleted(Self.labelled(nil)))?.everybody == true)
    }
}
