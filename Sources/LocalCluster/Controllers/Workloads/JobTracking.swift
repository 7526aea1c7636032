package import Manifests

/// Counts each Pod of a Job once, though Pods go (KEP-2307): a Pod is held by a finalizer until its UID stands in the status, and its number
/// is added when it is no longer held. Pure.
package struct JobTracking: Sendable {
    package static let finalizer = "batch.kubernetes.io/job-tracking"

    /// With those that are noted and not yet added.
    package var succeeded: Int64 { counted.succeeded + Int64(noted.succeeded.count) }
    package var failed: Int64 { counted.failed + Int64(noted.failed.count) }
    /// Nothing is left to be added.
    package var isSettled: Bool { noted.succeeded.isEmpty && noted.failed.isEmpty }
    /// Pods whose UID is noted after this step.
    package private(set) var toRelease: [Value] = []

    private var counted: (succeeded: Int64, failed: Int64)
    private var noted: (succeeded: [String], failed: [String]) = ([], [])

    package init(_ status: Value, _ pods: [Value]) {
        counted = (status["succeeded"]?.integer ?? 0, status["failed"]?.integer ?? 0)
        let held = Set(pods.filter(Self.isTracked).compactMap(\.uid))
        let before = status["uncountedTerminatedPods"]
        func uids(_ name: String) -> [String] { (before?[name]?.array ?? []).compactMap(\.string) }
        for uid in uids("succeeded") { if held.contains(uid) { noted.succeeded.append(uid) } else { counted.succeeded += 1 } }
        for uid in uids("failed") { if held.contains(uid) { noted.failed.append(uid) } else { counted.failed += 1 } }
        for pod in pods where Self.isTracked(pod) && !Self.isRunning(pod) {
            guard let uid = pod.uid else { continue }
            toRelease.append(pod)
            if noted.succeeded.contains(uid) || noted.failed.contains(uid) { continue }
            if pod.podPhase == "Succeeded" { noted.succeeded.append(uid) } else { noted.failed.append(uid) }
        }
    }

    package func write(to status: inout Value) {
        status["succeeded"] = .positive(counted.succeeded)
        status["failed"] = .positive(counted.failed)
        var uncounted: Value = [:]
        if !noted.succeeded.isEmpty { uncounted["succeeded"] = .array(noted.succeeded.map(Value.string)) }
        if !noted.failed.isEmpty { uncounted["failed"] = .array(noted.failed.map(Value.string)) }
        status["uncountedTerminatedPods"] = uncounted
    }

    package static func isTracked(_ pod: Value) -> Bool {
        pod["metadata", "finalizers"]?.array?.contains(.string(finalizer)) == true
    }

    /// One that was deleted and has ended without having said how is over as well.
    package static func isRunning(_ pod: Value) -> Bool {
        if pod.podPhase == "Succeeded" || pod.podPhase == "Failed" { return false }
        return !(pod.isBeingDeleted && pod["metadata", "deletionGracePeriodSeconds"]?.integer == 0)
    }

    package static func released(_ pod: Value) -> Value {
        var pod = pod
        let rest = (pod["metadata", "finalizers"]?.array ?? []).filter { $0 != .string(finalizer) }
        pod["metadata", "finalizers"] = rest.isEmpty ? nil : .array(rest)
        return pod
    }
}
