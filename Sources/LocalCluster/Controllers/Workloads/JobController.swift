package import Manifests

/// Jobs: Pods until enough of them have succeeded, or too many have failed.
struct JobController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "job-controller"
    let watched: [ResourceType] = [.jobs, .pods]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .jobs { return NamespacedName(object).map { [$0] } ?? [] }
        guard let owner = object.controllerReference, owner["kind"]?.string == "Job", let name = owner["name"]?.string else { return [] }
        return [NamespacedName(namespace: object.namespace ?? "", name: name)]
    }

    func allKeys() -> [NamespacedName] { store.list(.jobs).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let job = store.get(.jobs, key), !job.isBeingDeleted, let uid = job.uid else {
            try releaseOrphans(key)
            return nil
        }
        let pods = store.list(.pods, namespace: key.namespace).items.filter { $0.isControlled(by: uid) }
        let decision = JobRules.decide(job, pods: pods, now: store.environment.now())
        for pod in decision.toDelete { try store.remove(.pods, pod) }
        for _ in 0..<decision.toCreate {
            let pod = try store.create(.pods, JobRules.pod(of: job))
            await events.record(.normal, "SuccessfulCreate", "Created pod: \(pod.name ?? "")", about: job, by: name)
        }
        if let (reason, message) = decision.finished {
            await events.record(reason == "Completed" ? .normal : .warning, reason, message, about: job, by: name)
        }
        try store.replaceStatus(.jobs, of: job, with: decision.status)
        for pod in decision.toRelease { try release(pod) }
        if decision.isExpired { try store.remove(.jobs, job) }
        return decision.lookAgainAfter
    }
}

extension JobController {
    /// Pods of a Job that is gone or going: nobody counts them any more.
    private func releaseOrphans(_ key: NamespacedName) throws(APIError) {
        for pod in store.list(.pods, namespace: key.namespace).items where JobTracking.isTracked(pod) {
            guard let owner = pod.controllerReference, owner["kind"]?.string == "Job", owner["name"]?.string == key.name else { continue }
            let job = store.get(.jobs, key)
            if job == nil || job?.isBeingDeleted == true || job?.uid != owner["uid"]?.string { try release(pod) }
        }
    }

    private func release(_ pod: Value) throws(APIError) {
        do throws(APIError) {
            try store.update(.pods, namespace: pod.namespace ?? "", name: pod.name ?? "") { live in
                if live.uid == pod.uid { live = JobTracking.released(live) }
            }
        } catch {
            if error.reason != .notFound { throw error }
        }
    }
}

/// Decides about one Job; pure.
package enum JobRules {
    package struct Decision: Sendable {
        package var toCreate = 0
        package var toDelete: [Value] = []
        /// Pods that are noted in the status, so that they may go.
        package var toRelease: [Value] = []
        package var status: Value
        /// Reason and message of the event, when it has just ended.
        package var finished: (reason: String, message: String)?
        /// Past its `ttlSecondsAfterFinished`.
        package var isExpired = false
        package var lookAgainAfter: Duration?
    }

    /// Between failures Pods are made after 10 s, doubling up to 6 minutes.
    private static let backoff = Backoff(base: .seconds(10), limit: .seconds(360), reset: .zero)

    package static func decide(_ job: Value, pods: [Value], now: Timestamp) -> Decision {
        var status = job["status"] ?? .object([:])
        var conditions = ConditionList(status["conditions"]?.array)
        var decision = Decision(status: status)
        let tracking = JobTracking(status, pods)
        decision.toRelease = tracking.toRelease
        if let ended = conditions.values.first(where: { $0["type"]?.string == "Complete" || $0["type"]?.string == "Failed" }) {
            return expiry(job, ended, decision, now)
        }
        let active = pods.filter(\.isActivePod)
        let (succeeded, failed) = (tracking.succeeded, tracking.failed)
        let failedPods = pods.filter { $0.podPhase == "Failed" }
        let parallelism = job["spec", "parallelism"]?.integer ?? 1
        let completions = job["spec", "completions"]?.integer ?? 1
        let started = status["startTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? now

        let limit = job["spec", "backoffLimit"]?.integer ?? 6
        let restarts = active.reduce(failed) { $0 + $1.totalRestarts }
        let deadline = job["spec", "activeDeadlineSeconds"]?.integer.map { started + .seconds($0) }
        var outcome: (type: String, reason: String, message: String)?
        // Decided before, and waiting for Pods to end: it is not thought over again.
        if let target = conditions.values.first(where: { $0["type"] == "SuccessCriteriaMet" || $0["type"] == "FailureTarget" }) {
            outcome = (
                target["type"] == "FailureTarget" ? "Failed" : "Complete", target["reason"]?.string ?? "", target["message"]?.string ?? ""
            )
        } else if succeeded >= completions {
            outcome = ("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
        } else if restarts > limit {
            outcome = ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        } else if let deadline, now >= deadline {
            outcome = ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
        }
        if let outcome {
            // Since 1.31 what it will be is said first, and that it is so when all its Pods have ended and are counted (KEP-3939).
            let target = outcome.type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget"
            let isDecided = conditions[target] != nil
            conditions.set(target, "True", reason: outcome.reason, message: outcome.message, now: now)
            decision.toDelete = active
            if isDecided, active.isEmpty, tracking.isSettled, !pods.contains(where: JobTracking.isRunning) {
                conditions.set(outcome.type, "True", reason: outcome.reason, message: outcome.message, now: now)
                decision.finished =
                    outcome.type == "Complete" ? ("Completed", "Job completed") : (outcome.reason, outcome.message)
                if outcome.type == "Complete" { status["completionTime"] = .string(now.rfc3339) }
            }
        } else if job["spec", "suspend"]?.bool != true {
            let wanted = Int(clamping: min(parallelism, completions - succeeded)) - active.count
            let wait = pause(failedPods, now)
            if wanted > 0, wait == nil { decision.toCreate = min(wanted, ControllerLimits.burstReplicas) }
            decision.lookAgainAfter = [wait, deadline.map { max(.milliseconds(10), $0 - now) }].compactMap { $0 }.min()
        }
        status["startTime"] = .string(started.rfc3339)
        status["active"] = .positive(Int64(active.count + decision.toCreate - decision.toDelete.count))
        status["ready"] = .integer(Int64(active.count(where: \.isReadyPod)))
        tracking.write(to: &status)
        status["terminating"] = .integer(Int64(pods.count(where: \.isBeingDeleted)))
        status["conditions"] = conditions.values.isEmpty ? nil : .array(conditions.values)
        decision.status = status
        return decision
    }

    private static func expiry(_ job: Value, _ ended: Value, _ decision: Decision, _ now: Timestamp) -> Decision {
        var decision = decision
        guard let seconds = job["spec", "ttlSecondsAfterFinished"]?.integer,
            let since = ended["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:))
        else { return decision }
        let left = since + .seconds(seconds) - now
        if left <= .zero { decision.isExpired = true } else { decision.lookAgainAfter = left }
        return decision
    }

    private static func pause(_ failed: [Value], _ now: Timestamp) -> Duration? {
        let ends = failed.compactMap { pod in
            pod["status", "containerStatuses"]?.array?.compactMap { $0["state", "terminated", "finishedAt"]?.string }.max()
        }
        guard let last = ends.max().flatMap(Timestamp.init(rfc3339:)) else { return nil }
        let left = last + backoff.delay(before: failed.count) - now
        return left > .zero ? left : nil
    }

    package static func pod(of job: Value) -> Value {
        let template = job["spec", "template"]
        var labels = template?["metadata"]?["labels"] ?? .object([:])
        for key in ["batch.kubernetes.io/job-name", "job-name"] { labels[key] = job.name.map(Value.string) }
        for key in ["batch.kubernetes.io/controller-uid", "controller-uid"] { labels[key] = job.uid.map(Value.string) }
        return .mapping(
            (
                "metadata",
                .mapping(
                    ("generateName", .string("\(job.name ?? "")-")), ("namespace", job.namespace.map(Value.string)), ("labels", labels),
                    ("annotations", template?["metadata"]?["annotations"]), ("finalizers", [.string(JobTracking.finalizer)]),
                    ("ownerReferences", [job.asControllerReference]))
            ), ("spec", template?["spec"]))
    }
}
