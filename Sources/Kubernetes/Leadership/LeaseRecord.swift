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
        let (days, rest) = (milliseconds / 86_400_000).flooring(milliseconds % 86_400_000)
        // Days to a date by eras of 400 years (H. Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
        return
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)).\(padded(rest % 1000, 3))000Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// A quotient and its remainder, with a remainder that is not negative.
    fileprivate func flooring(_ remainder: Int64) -> (Int64, Int64) {
        remainder < 0 ? (self - 1, remainder + 86_400_000) : (self, remainder)
    }
}
