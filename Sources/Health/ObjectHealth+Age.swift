internal import Manifests

/// Whether a failure has stood long enough, and is about the object as it is now.
extension ObjectHealth {
    /// How long a failure of a custom kind has to stand: controllers retry, most with a back-off that begins well below this, and look at
    /// a changed object within seconds. Workloads have their own, quicker rules.
    static let settlingSeconds: Int64 = 30

    /// Two failures do not count yet, and are in progress:
    /// - one that has just begun, as a condition's `lastTransitionTime` tells: a source that cannot be reached for a moment, an object whose
    ///   reference is applied a moment later;
    /// - one that may be older than the last change. Many controllers write no `observedGeneration`, and right after a change that mends an
    ///   object its status still tells of the failure before. The API server notes when the status and when the rest was written last
    ///   (`managedFields`).
    static func settled(_ report: HealthReport, _ object: Value, began: Int64?, now: Int64) -> HealthReport {
        guard report.status == .failed else { return report }
        if let began, now - began < settlingSeconds {
            return HealthReport(
                .inProgress, report.reason, "\(report.message) This has just begun, and counts when it has stood for \(settlingSeconds) s.")
        }
        guard !knowsItsGeneration(object), let changed = lastWrite(object, ofStatus: false) else { return report }
        // Times are whole seconds: in the same one, the order is not known.
        if let told = lastWrite(object, ofStatus: true), told > changed { return report }
        guard now - changed < settlingSeconds else { return report }
        return HealthReport(
            .inProgress, "JustChanged",
            "\(report.message) That may be about what was there before the last change, and counts \(settlingSeconds) s after it.")
    }

    private static func knowsItsGeneration(_ object: Value) -> Bool {
        if object.observedGeneration != nil { return true }
        guard let generation = object.generation else { return false }
        return object.conditions.contains { $0.observedGeneration == generation }
    }

    private static func lastWrite(_ object: Value, ofStatus: Bool) -> Int64? {
        object["metadata"]?["managedFields"]?.array?
            .filter { ($0["subresource"]?.string == "status") == ofStatus }
            .compactMap { $0["time"]?.string.flatMap(KubernetesTime.seconds) }
            .max()
    }
}
