package import Manifests

/// A Pod and what its processes use now; nil usage: not measured.
package struct MeasuredPod: Sendable {
    package var pod: Value
    package var usage: PodUsage?

    package init(pod: Value, usage: PodUsage?) {
        self.pod = pod
        self.usage = usage
    }
}

/// How many replicas one resource metric asks for; pure. The formula and its care for Pods that cannot be judged are those of Kubernetes'
/// `pkg/controller/podautoscaler/replica_calculator.go`.
package struct ReplicaCalculator: Sendable {
    package struct Proposal: Sendable, Hashable {
        package var replicas: Int64
        /// Percent of what was requested; nil for a target that is an amount.
        package var utilization: Int64?
        /// Of one Pod: thousandths of a core, or bytes.
        package var averageValue: Int64
    }

    package struct Failure: Error, Sendable, Hashable {
        package var message: String
    }

    package enum Target: Sendable, Hashable {
        /// Percent of the requests.
        case utilization(Int64)
        /// For each Pod, in thousandths of a core or in bytes.
        case average(Int64)
    }

    /// `cpu` or `memory`.
    package var resource: String
    /// Of one container only.
    package var container: String?
    package var target: Target
    /// A ratio this near to 1 is left alone; separate for both directions.
    package var upTolerance = 0.1
    package var downTolerance = 0.1

    /// CPU of a Pod that is younger than this counts only when it was ready for a whole measurement.
    private static let initializationPeriod = Duration.seconds(300)
    private static let initialReadinessDelay = Duration.seconds(30)
    private static let measurementWindow = Duration.seconds(1)

    package init(resource: String, container: String? = nil, target: Target) {
        self.resource = resource
        self.container = container
        self.target = target
    }

    package func proposal(_ pods: [MeasuredPod], current: Int64, now: Timestamp) throws(Failure) -> Proposal {
        var ready: [(pod: Value, used: Int64)] = []
        var unready: [Value] = []
        var missing: [Value] = []
        for measured in pods where !measured.pod.isBeingDeleted && measured.pod.podPhase != "Failed" {
            if measured.pod.podPhase == "Pending" {
                unready.append(measured.pod)
            } else if let used = used(measured) {
                if resource == "cpu", isUnready(measured.pod, now) {
                    unready.append(measured.pod)
                } else {
                    ready.append((measured.pod, used))
                }
            } else {
                missing.append(measured.pod)
            }
        }
        guard pods.contains(where: { $0.usage != nil }) else {
            throw Failure(message: "unable to get metrics for resource \(resource): no metrics returned from resource metrics API")
        }
        guard !ready.isEmpty else { throw Failure(message: "did not receive metrics for targeted pods (pods might be unready)") }
        var requests: [String: Int64] = [:]
        if case .utilization = target {
            for pod in ready.map(\.pod) + unready + missing { requests[pod.uid ?? ""] = try request(of: pod) }
        }
        let (ratio, utilization, average) = ratio(ready, requests)
        let includesUnready = !unready.isEmpty && ratio > 1
        let replicas: Int64
        if !includesUnready, missing.isEmpty {
            replicas = isTolerable(ratio) ? current : Self.scaled(ratio, Int64(ready.count))
        } else {
            replicas = careful(ratio, ready, includesUnready ? unready : [], missing, requests, current)
        }
        return Proposal(replicas: replicas, utilization: utilization, averageValue: average)
    }

    /// Pods without a measurement count against the change: as fully used when it is to shrink, as idle when it is to grow.
    private func careful(
        _ ratio: Double, _ ready: [(pod: Value, used: Int64)], _ unready: [Value], _ missing: [Value], _ requests: [String: Int64],
        _ current: Int64
    ) -> Int64 {
        var all = ready
        if ratio < 1 {
            for pod in missing {
                switch target {
                case .utilization(let percent): all.append((pod, (requests[pod.uid ?? ""] ?? 0) * max(100, percent) / 100))
                case .average(let amount): all.append((pod, amount))
                }
            }
        } else {
            all += missing.map { ($0, 0) }
        }
        all += unready.map { ($0, 0) }
        let (again, _, _) = self.ratio(all, requests)
        if isTolerable(again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1) { return current }
        let replicas = Self.scaled(again, Int64(all.count))
        if (again < 1 && replicas > current) || (again > 1 && replicas < current) { return current }
        return replicas
    }

    private func ratio(_ pods: [(pod: Value, used: Int64)], _ requests: [String: Int64]) -> (Double, Int64?, Int64) {
        let used = pods.reduce(Int64(0)) { $0.addingReportingOverflow($1.used).partialValue }
        let average = pods.isEmpty ? 0 : used / Int64(pods.count)
        switch target {
        case .utilization(let percent):
            let requested = pods.reduce(Int64(0)) { $0.addingReportingOverflow(requests[$1.pod.uid ?? ""] ?? 0).partialValue }
            let utilization = requested == 0 ? 0 : Int64(Double(used) * 100 / Double(requested))
            return (Double(utilization) / Double(max(1, percent)), utilization, average)
        case .average(let amount):
            return (Double(average) / Double(max(1, amount)), nil, average)
        }
    }

    private func isTolerable(_ ratio: Double) -> Bool {
        // What a division leaves behind its last digit is not a difference.
        ratio <= 1 + upTolerance + 1e-9 && ratio >= 1 - downTolerance - 1e-9
    }

    private static func scaled(_ ratio: Double, _ count: Int64) -> Int64 {
        let exact = (ratio * Double(count) * 1e9).rounded() / 1e9
        return Int64(min(exact.rounded(.up), 1e9))
    }

    private func used(_ measured: MeasuredPod) -> Int64? {
        guard let usage = measured.usage else { return nil }
        let containers = usage.containers.filter { container == nil || $0.name == container }
        // A Pod is measured as a whole: one container without a number makes it unknown.
        let expected = container == nil ? measured.pod.containers.count : 1
        guard containers.count >= expected else { return nil }
        return containers.reduce(0) { $0 + (resource == "cpu" ? ($1.cpuNanocores + 999_999) / 1_000_000 : $1.memoryBytes) }
    }

    private func request(of pod: Value) throws(Failure) -> Int64 {
        var sum: Int64 = 0
        for each in pod.containers where container == nil || each["name"]?.string == container {
            guard let text = each["resources", "requests", resource], let quantity = PodFacts.quantity(text) else {
                throw Failure(
                    message: "missing request for \(resource) in container \(each["name"]?.string ?? "") of Pod \(pod.name ?? "")")
            }
            sum += resource == "cpu" ? quantity.thousandths : quantity.units
        }
        return sum
    }

    private func isUnready(_ pod: Value, _ now: Timestamp) -> Bool {
        guard let ready = pod.condition("Ready"), let started = pod["status", "startTime"]?.string.flatMap(Timestamp.init(rfc3339:)),
            let changed = ready["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        else { return true }
        let isReady = ready["status"]?.string == "True"
        if started + Self.initializationPeriod > now { return !isReady || now < changed + Self.measurementWindow }
        return !isReady && started + Self.initialReadinessDelay > changed
    }
}
