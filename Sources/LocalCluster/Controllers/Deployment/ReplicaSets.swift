internal import Manifests

/// The ReplicaSets of one Deployment while a decision about them is made.
struct ReplicaSets {
    let deployment: DeploymentView
    var new: Value?
    var old: [Value]
    /// This decision makes the new one.
    var isNewCreated = false

    init(_ deployment: DeploymentView, _ replicaSets: [Value]) {
        self.deployment = deployment
        // Of several equal ones the oldest is the new ReplicaSet, so that a race cannot flip the choice.
        new = replicaSets.filter(deployment.isCurrent).min(by: Self.isOlder)
        let newUID = new?.uid
        old = replicaSets.filter { $0.uid != newUID || newUID == nil }
    }

    var all: [Value] { (new.map { [$0] } ?? []) + old }
    var total: Int64 { all.reduce(0) { $0 + $1.specReplicas } }

    static func isOlder(_ left: Value, _ right: Value) -> Bool {
        let (leftTime, rightTime) = (left.creationTimestamp, right.creationTimestamp)
        if let leftTime, let rightTime, leftTime != rightTime { return leftTime < rightTime }
        let (leftRevision, rightRevision) = (DeploymentView.revision(of: left), DeploymentView.revision(of: right))
        return leftRevision == rightRevision ? (left.name ?? "") < (right.name ?? "") : leftRevision < rightRevision
    }

    func isOlder(_ left: Int, _ right: Int) -> Bool { Self.isOlder(old[left], old[right]) }

    /// Writes the size, and the annotations by which a later change of `spec.replicas` is noticed.
    func size(_ set: inout Value, to replicas: Int64) {
        set["spec", "replicas"] = .integer(replicas)
        set["metadata", "annotations", DeploymentView.desiredReplicasAnnotation] = .string(String(deployment.replicas))
        set["metadata", "annotations", DeploymentView.maxReplicasAnnotation] = .string(String(deployment.replicas + deployment.maxSurge))
    }

    /// - Returns: whether the size changed.
    mutating func sizeNew(to replicas: Int64) -> Bool {
        guard var set = new else { return false }
        let changes = set.specReplicas != replicas
        size(&set, to: replicas)
        new = set
        return changes
    }

    mutating func sizeOld(_ index: Int, to replicas: Int64) {
        guard old[index].specReplicas != replicas else { return }
        size(&old[index], to: replicas)
    }

    mutating func size(named name: String?, to replicas: Int64) {
        if new?.name == name {
            _ = sizeNew(to: replicas)
        } else if let index = old.firstIndex(where: { $0.name == name }) {
            size(&old[index], to: replicas)
        }
    }

    /// Turns the difference to what was there into creations, updates and scalings.
    func collectChanges(from before: [Value], into decision: inout DeploymentDecision) {
        if isNewCreated, let new {
            decision.creation = new
            decision.scalings.append(.init(name: new.name ?? "", from: 0, to: new.specReplicas))
        }
        let deleted = Set(decision.deletions.compactMap(\.uid))
        for set in all where !(isNewCreated && set.name == new?.name) {
            guard let former = before.first(where: { $0.uid == set.uid }), former != set, !deleted.contains(set.uid ?? "") else { continue }
            decision.updates.append(set)
            if former.specReplicas != set.specReplicas {
                decision.scalings.append(.init(name: set.name ?? "", from: former.specReplicas, to: set.specReplicas))
            }
        }
    }
}
