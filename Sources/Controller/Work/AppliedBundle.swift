internal import Kubernetes
internal import Manifests

/// What an apply left in the cluster: the UIDs and generations that its health is bound to, and what has to be watched for it.
struct AppliedBundle: Sendable {
    var digest: String
    private(set) var objects: [AppliedObject]
    private let plainScopes: Set<WatchScope>
    private let explainingScopes: Set<WatchScope>
    /// Whose Pods are its own.
    let workloads: Set<ObjectIdentity>
    /// Whose health counts; `nil`: that of all.
    let judged: Set<ObjectIdentity>?

    init(digest: String, objects: [AppliedObject], judged: Set<ObjectIdentity>? = nil) {
        self.digest = digest
        self.objects = objects
        self.judged = judged
        plainScopes = EnvironmentApplier.scopes(of: objects, explaining: false)
        explainingScopes = EnvironmentApplier.scopes(of: objects, explaining: true)
        workloads = EnvironmentApplier.workloads(of: objects)
    }

    /// Whether there are workloads, whose Pods have to prove themselves.
    var hasPods: Bool { plainScopes.contains { $0.kind == GroupKind(group: "", kind: "Pod") } }

    var judgedObjects: [AppliedObject] { objects.filter { judged?.contains($0.identity) ?? true } }

    func scopes(explaining: Bool) -> Set<WatchScope> { explaining ? explainingScopes : plainScopes }

    /// Some of the objects were applied again.
    mutating func replace(_ again: [AppliedObject]) {
        let again = Dictionary(uniqueKeysWithValues: again.map { ($0.identity, $0) })
        objects = objects.map { again[$0.identity] ?? $0 }
    }
}
