internal import Manifests

/// Whether what a status says can be about the object as it is now.
extension ObjectHealth {
    /// How long a failure that may be an old one does not count: a controller looks at a changed object within seconds, and most retry
    /// with a back-off that begins well below this.
    static let settlingSeconds: Int64 = 30

    /// Many controllers write no `observedGeneration`. Right after a change that mends an object, its status still tells of the failure
    /// before. The API server notes when the status and when the rest was written last (`managedFields`); a failure that is older than
    /// the change counts only once it has stood for a while.
    static func settled(_ report: HealthReport, _ object: Value, now: Int64) -> HealthReport {
        guard report.status == .failed, !knowsItsGeneration(object), let changed = lastWrite(object, ofStatus: false) else { return report }
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
