internal import Manifests

/// What `kubectl get pods` says of a Pod.
enum PodCells {
    static func ready(_ pod: Value) -> String {
        let statuses = pod["status"]?["containerStatuses"]?.array ?? []
        let ready = statuses.filter { $0["ready"] == true && $0["state"]?["running"] != nil }.count
        return "\(ready)/\(pod["spec"]?["containers"]?.array?.count ?? 0)"
    }

    /// The phase, or what is wrong with the container that keeps the Pod from being well.
    static func status(_ pod: Value) -> String {
        var reason = pod["status"]?["reason"]?.string ?? pod["status"]?["phase"]?.string ?? "Unknown"
        if reason.isEmpty { reason = pod["status"]?["phase"]?.string ?? "Unknown" }
        let deleted = pod["metadata"]?["deletionTimestamp"] != nil
        if let starting = initialization(pod) {
            reason = starting
        } else if let container = containers(pod) {
            reason = container
        }
        if deleted { return pod["status"]?["reason"] == "NodeLost" ? "Unknown" : "Terminating" }
        return reason
    }

    private static func initialization(_ pod: Value) -> String? {
        let statuses = pod["status"]?["initContainerStatuses"]?.array ?? []
        let total = pod["spec"]?["initContainers"]?.array?.count ?? 0
        for (index, status) in statuses.enumerated() {
            let state = status["state"]
            if let ended = state?["terminated"] {
                if ended["exitCode"] == 0 { continue }
                return "Init:" + ending(ended)
            }
            if status["started"] == true, isSidecar(status, pod) { continue }
            if let waiting = state?["waiting"]?["reason"]?.string, !waiting.isEmpty, waiting != "PodInitializing" {
                return "Init:\(waiting)"
            }
            return "Init:\(index)/\(total)"
        }
        return nil
    }

    private static func isSidecar(_ status: Value, _ pod: Value) -> Bool {
        pod["spec"]?["initContainers"]?.array?.first { $0["name"] == status["name"] }?["restartPolicy"] == "Always"
    }

    private static func containers(_ pod: Value) -> String? {
        var reason: String?
        var isRunning = false
        for status in (pod["status"]?["containerStatuses"]?.array ?? []).reversed() {
            let state = status["state"]
            if let waiting = state?["waiting"]?["reason"]?.string, !waiting.isEmpty {
                reason = waiting
            } else if let ended = state?["terminated"] {
                reason = ending(ended)
            } else if status["ready"] == true, state?["running"] != nil {
                isRunning = true
            }
        }
        // One container has completed and another one still runs.
        if reason == "Completed", isRunning {
            let ready = pod["status"]?["conditions"]?.array?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
            return ready ? "Running" : "NotReady"
        }
        return reason
    }

    private static func ending(_ ended: Value) -> String {
        if let reason = ended["reason"]?.string, !reason.isEmpty { return reason }
        if let signal = ended["signal"]?.integer, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(ended["exitCode"]?.integer ?? 0)"
    }

    static func restarts(_ pod: Value, _ now: Timestamp) -> String {
        let statuses = pod["status"]?["containerStatuses"]?.array ?? []
        let count = statuses.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
        let last = statuses.compactMap { $0["lastState"]?["terminated"]?["finishedAt"]?.string.flatMap(Timestamp.init(rfc3339:)) }.max()
        guard count > 0, let last else { return String(count) }
        return "\(count) (\(Age.text(seconds: now.seconds - last.seconds)) ago)"
    }

    static func gates(_ pod: Value) -> String {
        let gates = pod["spec"]?["readinessGates"]?.array ?? []
        if gates.isEmpty { return "<none>" }
        let conditions = pod["status"]?["conditions"]?.array ?? []
        let met = gates.filter { gate in conditions.contains { $0["type"] == gate["conditionType"] && $0["status"] == "True" } }.count
        return "\(met)/\(gates.count)"
    }
}
