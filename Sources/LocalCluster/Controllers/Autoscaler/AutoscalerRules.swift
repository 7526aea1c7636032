package import Manifests

/// Decides about one autoscaler; pure. Conditions, reasons and words are those of Kubernetes' `horizontal.go`.
package enum AutoscalerRules {
    package struct Decision: Sendable {
        package var newSize: Int64?
        package var reason = ""
        package var status: Value
        package var history: AutoscalerHistory
        /// The warning event that belongs to it.
        package var problem: (reason: String, message: String)?
    }

    package static func decide(
        _ scaler: Value, target: Value?, pods: [MeasuredPod] = [], history: AutoscalerHistory = AutoscalerHistory(), now: Timestamp
    ) -> Decision {
        var status = scaler["status"] ?? .object([:])
        var conditions = Conditions(list: ConditionList(status["conditions"]?.array), now: now)
        var decision = Decision(status: status, history: history)
        decision.history.forget(before: now + (.zero - .seconds(3600)))
        guard let target else {
            let name = scaler["spec", "scaleTargetRef", "name"]?.string ?? ""
            conditions.set(
                "AbleToScale", "False", "FailedGetScale",
                "the HPA controller was unable to get the target's current scale: \"\(name)\" not found")
            status["conditions"] = .array(conditions.list.values)
            decision.status = status
            return decision
        }
        conditions.set(
            "AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        let minimum = scaler["spec", "minReplicas"]?.integer ?? 1
        let maximum = max(minimum, scaler["spec", "maxReplicas"]?.integer ?? minimum)
        let current = target.specReplicas
        var desired = current
        var metrics: Value? = status["currentMetrics"]
        if current == 0, minimum != 0 {
            desired = 0
            conditions.set(
                "ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
        } else if current > maximum {
            (desired, decision.reason) = (maximum, "Current number of replicas above Spec.MaxReplicas")
        } else if current < minimum {
            (desired, decision.reason) = (minimum, "Current number of replicas below Spec.MinReplicas")
        } else {
            desired = follow(scaler, pods, current, minimum...maximum, &decision, &conditions, &metrics, now)
        }
        if desired != current {
            decision.newSize = desired
            conditions.set(
                "AbleToScale", "True", "SucceededRescale", "the HPA controller was able to update the target scale to \(desired)")
            let entry = AutoscalerHistory.Entry(at: now, replicas: abs(desired - current))
            if desired > current { decision.history.added.append(entry) } else { decision.history.removed.append(entry) }
            status["lastScaleTime"] = .string(now.rfc3339)
        }
        status["observedGeneration"] = scaler.generation.map(Value.integer)
        status["currentReplicas"] = .integer(target.statusReplicas)
        status["desiredReplicas"] = .integer(desired)
        status["currentMetrics"] = metrics
        status["conditions"] = .array(conditions.list.values)
        decision.status = status
        return decision
    }

    /// The highest proposal of all metrics, as fast as the behaviour lets it. A metric that cannot be had keeps it from shrinking.
    private static func follow(
        _ scaler: Value, _ pods: [MeasuredPod], _ current: Int64, _ bounds: ClosedRange<Int64>, _ decision: inout Decision,
        _ conditions: inout Conditions, _ metrics: inout Value?, _ now: Timestamp
    ) -> Int64 {
        let behavior = ScalingBehavior(scaler["spec", "behavior"])
        // The size that it is found with counts as recommended, so that a restart of the controller shrinks nothing at once.
        if decision.history.recommendations.isEmpty {
            decision.history.recommendations = [AutoscalerHistory.Entry(at: now, replicas: current)]
        }
        var best: (replicas: Int64, name: String)?
        var failure: (reason: String, message: String)?
        var shown: [Value] = []
        let specified = scaler["spec", "metrics"]?.array ?? []
        for metric in specified {
            do throws(ReplicaCalculator.Failure) {
                let source = try ResourceMetric(metric, behavior)
                let proposal: ReplicaCalculator.Proposal
                do throws(ReplicaCalculator.Failure) {
                    proposal = try source.calculator.proposal(pods, current: current, now: now)
                } catch {
                    throw ReplicaCalculator.Failure(message: "failed to get \(source.what): \(error.message)")
                }
                shown.append(source.status(proposal))
                if best.map({ proposal.replicas > $0.replicas }) ?? true { best = (proposal.replicas, source.name) }
            } catch {
                failure = failure ?? (reason: ResourceMetric.failureReason(metric), message: error.message)
            }
        }
        if let failure, best == nil || (best?.replicas ?? 0) < current {
            let message =
                best == nil && specified.count > 1
                ? "invalid metrics (\(specified.count) invalid out of \(specified.count)), first error is: \(failure.message)"
                : failure.message
            conditions.set(
                "ScalingActive", "False", failure.reason, "the HPA was unable to compute the replica count: \(message)")
            decision.problem = (failure.reason, message)
            if best == nil { metrics = nil } else { metrics = .array(shown) }
            return current
        }
        metrics = shown.isEmpty ? nil : .array(shown)
        guard let best else { return current }
        conditions.set(
            "ScalingActive", "True", "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from \(best.name)")
        let limited = behavior.limit(
            best.replicas, current: current, minimum: bounds.lowerBound, maximum: bounds.upperBound, history: decision.history, now: now)
        decision.history.recommendations.append(AutoscalerHistory.Entry(at: now, replicas: best.replicas))
        if let stabilized = limited.stabilized {
            conditions.set("AbleToScale", "True", stabilized.reason, stabilized.message)
        } else {
            conditions.set("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
        }
        conditions.set("ScalingLimited", limited.limit.isLimited ? "True" : "False", limited.limit.reason, limited.limit.message)
        let desired = min(max(limited.replicas, bounds.lowerBound), bounds.upperBound)
        decision.reason = desired > current ? "\(best.name) above target" : "All metrics below target"
        return desired
    }
}

/// Conditions that change their message with their reason, as the HPA controller writes them.
private struct Conditions {
    var list: ConditionList
    let now: Timestamp

    mutating func set(_ type: String, _ status: String, _ reason: String, _ message: String) {
        if let old = list[type], old["status"]?.string == status, old["reason"]?.string == reason, old["message"]?.string == message {
            return
        }
        list.replace(type, status, reason: reason, message: message, now: now)
    }
}

/// One entry of `spec.metrics` that is about `cpu` or `memory`.
private struct ResourceMetric {
    let calculator: ReplicaCalculator
    private let source: Value
    private let isContainer: Bool

    init(_ metric: Value, _ behavior: ScalingBehavior) throws(ReplicaCalculator.Failure) {
        let type = metric["type"]?.string ?? ""
        isContainer = type == "ContainerResource"
        guard let source = metric[isContainer ? "containerResource" : "resource"], let resource = source["name"]?.string else {
            throw ReplicaCalculator.Failure(
                message: "a local cluster measures cpu and memory of pods only, it has no metrics of the type \(type)")
        }
        let target: ReplicaCalculator.Target
        if let percent = source["target"]?["averageUtilization"]?.integer {
            target = .utilization(percent)
        } else if let amount = PodFacts.quantity(source["target"]?["averageValue"]) {
            target = .average(resource == "cpu" ? amount.thousandths : amount.units)
        } else {
            throw ReplicaCalculator.Failure(
                message: "invalid resource metric source: neither an average utilization target nor an average value target was set")
        }
        guard resource == "cpu" || resource == "memory" else {
            throw ReplicaCalculator.Failure(message: "unable to get metrics for resource \(resource): only cpu and memory are measured")
        }
        self.source = source
        var calculator = ReplicaCalculator(resource: resource, container: isContainer ? source["container"]?.string : nil, target: target)
        calculator.upTolerance = behavior.up.tolerance
        calculator.downTolerance = behavior.down.tolerance
        self.calculator = calculator
    }

    static func failureReason(_ metric: Value) -> String {
        switch metric["type"]?.string {
        case "Resource": "FailedGetResourceMetric"
        case "ContainerResource": "FailedGetContainerResourceMetric"
        case "Pods": "FailedGetPodsMetric"
        case "Object": "FailedGetObjectMetric"
        case "External": "FailedGetExternalMetric"
        default: "InvalidMetricSourceType"
        }
    }

    var what: String {
        if case .utilization = calculator.target { "\(calculator.resource) utilization" } else { "\(calculator.resource) usage" }
    }

    var name: String {
        switch calculator.target {
        case .utilization:
            isContainer
                ? "\(calculator.resource) container resource utilization (percentage of request)"
                : "\(calculator.resource) resource utilization (percentage of request)"
        case .average: isContainer ? "\(calculator.resource) container resource" : "\(calculator.resource) resource"
        }
    }

    func status(_ proposal: ReplicaCalculator.Proposal) -> Value {
        let value = calculator.resource == "cpu" ? "\(proposal.averageValue)m" : "\(proposal.averageValue)"
        let current = Value.mapping(
            ("averageUtilization", proposal.utilization.map(Value.integer)), ("averageValue", .string(value)))
        let body = Value.mapping(
            ("name", .string(calculator.resource)), ("container", calculator.container.map(Value.string)), ("current", current))
        return isContainer ? ["type": "ContainerResource", "containerResource": body] : ["type": "Resource", "resource": body]
    }
}
