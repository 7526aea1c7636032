package import Manifests

/// Which Pods a ReplicaSet gives up first: those that serve least, then those that have served shortest.
package enum PodRanking {
    package static func sortedForDeletion(_ pods: [Value]) -> [Value] { pods.sorted(by: isBetterToDelete) }

    private static func isBetterToDelete(_ left: Value, _ right: Value) -> Bool {
        let (assigned, otherAssigned) = (isAssigned(left), isAssigned(right))
        if assigned != otherAssigned { return !assigned }
        let (phase, otherPhase) = (phaseRank(left), phaseRank(right))
        if phase != otherPhase { return phase < otherPhase }
        if left.isReadyPod != right.isReadyPod { return !left.isReadyPod }
        let (cost, otherCost) = (deletionCost(left), deletionCost(right))
        if cost != otherCost { return cost < otherCost }
        if left.isReadyPod, let since = readySince(left), let otherSince = readySince(right), since != otherSince {
            return since > otherSince
        }
        if left.totalRestarts != right.totalRestarts { return left.totalRestarts > right.totalRestarts }
        if let created = left.creationTimestamp, let otherCreated = right.creationTimestamp, created != otherCreated {
            return created > otherCreated
        }
        return (left.name ?? "") < (right.name ?? "")
    }

    private static func isAssigned(_ pod: Value) -> Bool { pod["spec", "nodeName"]?.string?.isEmpty == false }

    private static func phaseRank(_ pod: Value) -> Int {
        switch pod.podPhase {
        case "Pending": 0
        case "Unknown": 1
        default: 2
        }
    }

    private static func deletionCost(_ pod: Value) -> Int64 {
        pod.annotation("controller.kubernetes.io/pod-deletion-cost").flatMap { Int64($0) } ?? 0
    }

    private static func readySince(_ pod: Value) -> Timestamp? {
        pod.condition("Ready")?["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:))
    }
}
