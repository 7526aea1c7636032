internal import Health
internal import Manifests

/// A `coordination.k8s.io/v1` Lease as it stands, or as it is to be written. Fields that are not ours are kept.
struct LeaseRecord: Sendable, Hashable {
    private(set) var object: Value

    static let kind = GroupKind(group: "coordination.k8s.io", kind: "Lease")

    init(_ object: Value) {
        self.object = object
    }

    /// One that does not exist yet.
    init(namespace: String, name: String) {
        object = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["namespace": .string(namespace), "name": .string(name)],
        ]
        object["metadata", "labels", SlipwayLabel.managedBy] = .string(SlipwayLabel.managedByValue)
    }

    var uid: String? { object.uid }
    var resourceVersion: String? { object.resourceVersion }
    /// Empty after an orderly end.
    var holder: String { object["spec", "holderIdentity"]?.string ?? "" }
    /// How often the lease went from one holder to another.
    var transitions: Int64 { object["spec", "leaseTransitions"]?.integer ?? 0 }
    var duration: Duration? { object["spec", "leaseDurationSeconds"]?.integer.map { .seconds($0) } }

    func held(by identity: String, timing: LeaseTiming, time: String) -> LeaseRecord {
        var next = self
        let isNew = holder != identity
        // A lease that did not exist begins at 0. One that was given back counts on, whether its holder is empty or left out: a term must
        // never have the number of another.
        let count = isNew && uid != nil ? transitions + 1 : transitions
        next.object["spec", "holderIdentity"] = .string(identity)
        next.object["spec", "leaseDurationSeconds"] = .integer(timing.durationSeconds)
        next.object["spec", "leaseTransitions"] = .integer(count)
        next.object["spec", "renewTime"] = .string(time)
        if isNew { next.object["spec", "acquireTime"] = .string(time) }
        return next
    }

    /// Given back: whoever waits may take it at once.
    func released(time: String) -> LeaseRecord {
        var next = self
        next.object["spec", "holderIdentity"] = ""
        next.object["spec", "leaseDurationSeconds"] = 1
        next.object["spec", "renewTime"] = .string(time)
        return next
    }
}

/// A moment as `metav1.MicroTime` writes it. Only people read these: no decision of ours looks at a wall clock.
enum MicroTime {
    static func text(milliseconds: Int64) -> String {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let fraction = String(milliseconds - seconds * 1000)
        let digits = String(repeating: "0", count: 3 - fraction.count) + fraction + "000"
        return "\(KubernetesTime.text(seconds).dropLast()).\(digits)Z"
    }
}
