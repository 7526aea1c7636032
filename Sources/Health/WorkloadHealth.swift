package import Manifests

/// The object that an apply left behind: health is told about this one only, never about an older or a replaced one.
package struct AppliedVersion: Sendable, Hashable {
    package var uid: String
    /// 0 for kinds without generations.
    package var generation: Int64

    package init(uid: String, generation: Int64) {
        self.uid = uid
        self.generation = generation
    }
}

/// The verdict on a workload (Deployment, StatefulSet, DaemonSet, ReplicaSet, Job) with the Pods that it made for the version that was
/// applied. Old Pods count for nothing: they neither make a bad version look good nor a good one look bad.
package enum WorkloadHealth {
    /// - Parameters:
    ///   - replicaSets: those of the namespace, or of the workload; others are ignored.
    ///   - pods: the same.
    ///   - events: core/v1 Events of the namespace.
    ///   - now: unix seconds.
    package static func evaluate(
        workload: Value, replicaSets: [Value], pods: [Value], events: [Value], expecting: AppliedVersion,
        policy: FailFastPolicy = FailFastPolicy(),
        now: Int64
    ) -> HealthReport {
        if let early = notOurs(workload, expecting) { return early }
        let verdict = ObjectHealth.evaluate(workload, now: now)
        let newest = NewPods.of(workload, replicaSets: replicaSets, pods: pods)
        if let failure = failure(of: workload, newest: newest, events: events, policy: policy, now: now) { return failure }
        guard verdict.status == .inProgress else { return verdict }
        return explained(verdict, newest: newest, events: events)
    }

    /// Verdicts that need no look at the Pods, since what they show is not (or not yet) the applied version.
    private static func notOurs(_ workload: Value, _ expecting: AppliedVersion) -> HealthReport? {
        if let uid = workload.uid, !expecting.uid.isEmpty, uid != expecting.uid {
            return HealthReport(
                .unknown, "Replaced", "\(workload.subject) is not the one that was applied: it was deleted and created again (UID \(uid)).")
        }
        if workload["metadata"]?["deletionTimestamp"]?.string != nil {
            return HealthReport(.terminating, "Terminating", "\(workload.subject) is being deleted.")
        }
        if let generation = workload.generation, generation < expecting.generation {
            return HealthReport(
                .inProgress, "StaleRead", "\(workload.subject): generation \(generation) was read, \(expecting.generation) was applied.")
        }
        // Job has no observedGeneration; all others of these kinds have one as soon as their controller looked.
        if workload.kind != "Job", expecting.generation > 0, (workload.observedGeneration ?? 0) < expecting.generation {
            return HealthReport(
                .inProgress, "LatestGenerationNotObserved",
                "\(workload.subject): its controller has not seen generation \(expecting.generation) yet.")
        }
        return nil
    }

    private static func failure(
        of workload: Value, newest: NewPods, events: [Value], policy: FailFastPolicy, now: Int64
    ) -> HealthReport? {
        let problems = newest.pods.compactMap { pod in
            ContainerProblem.worst(in: pod, policy: policy, now: now).map { (pod: pod, problem: $0) }
        }
        if let (pod, worst) = problems.min(by: { $0.problem.rank < $1.problem.rank }) {
            let others = problems.count > 1 ? " \(problems.count) of its \(newest.pods.count) new Pods have a problem." : ""
            // The exit code of a container that a failed probe had stopped says nothing about why.
            let probe = worst.wasStopped ? Events.words(events, about: pod, reason: "Unhealthy").map { " \($0)." } ?? "" : ""
            return HealthReport(.failed, worst.reason, "\(workload.subject): \(worst.sentence)\(probe)\(others)", logs: worst.logs)
        }
        if let refused = refusal(of: workload, newest: newest, events: events, policy: policy, now: now) { return refused }
        return unschedulable(workload, newest: newest, policy: policy, now: now)
    }

    /// Pods that the API server would not create: quota, admission, a missing ServiceAccount.
    private static func refusal(
        of workload: Value, newest: NewPods, events: [Value], policy: FailFastPolicy, now: Int64
    ) -> HealthReport? {
        let holders = [newest.replicaSet, workload].compactMap { $0 }
        for holder in holders {
            guard let failure = holder.condition("ReplicaFailure"), failure.isTrue,
                now - (failure.lastTransition ?? now) >= policy.replicaFailureSeconds
            else { continue }
            let words =
                failure.message.isEmpty ? Events.words(events, about: holder, reason: "FailedCreate") ?? failure.reason : failure.message
            return HealthReport(
                .failed, ObjectHealth.or(failure.reason, "ReplicaFailure"), "\(workload.subject): its Pods are refused: \(words)")
        }
        // Only Deployments and ReplicaSets have that condition; the other controllers say it in Events alone.
        guard ["StatefulSet", "DaemonSet", "Job"].contains(workload.kind ?? ""), newest.pods.isEmpty,
            let refusal = Events.continuing(events, about: workload, reason: "FailedCreate", now: now),
            refusal.seconds >= policy.replicaFailureSeconds
        else { return nil }
        return HealthReport(.failed, "FailedCreate", "\(workload.subject): its Pods are refused: \(refusal.words)")
    }

    private static func unschedulable(_ workload: Value, newest: NewPods, policy: FailFastPolicy, now: Int64) -> HealthReport? {
        for pod in newest.pods {
            guard pod["status"]?["phase"]?.string == "Pending", let scheduled = pod.condition("PodScheduled"), scheduled.isFalse,
                scheduled.reason == "Unschedulable", let since = scheduled.lastTransition ?? pod.creationTime,
                now - since >= policy.unschedulableSeconds
            else { continue }
            let words = ObjectHealth.or(scheduled.message, "the scheduler gave no reason")
            return HealthReport(
                .failed, "Unschedulable", "\(workload.subject): no node takes Pod \(pod.name ?? "") since \(now - since) seconds: \(words)")
        }
        return nil
    }

    /// What a waiting rollout waits for, from the newest Pods: the number alone does not help anybody.
    private static func explained(_ verdict: HealthReport, newest: NewPods, events: [Value]) -> HealthReport {
        for pod in newest.pods where pod.condition("Ready")?.isTrue != true {
            var cause: String?
            if let disruption = ObjectHealth.disruption(of: pod) {
                cause = disruption
            } else if let scheduled = pod.condition("PodScheduled"), scheduled.isFalse {
                cause = scheduled.words
            } else if let waiting = firstWaiting(pod) {
                cause = waiting
            } else {
                cause = Events.words(events, about: pod, reason: "Unhealthy")
            }
            guard let cause, !cause.isEmpty else { continue }
            var report = verdict
            report.message += " Pod \(pod.name ?? ""): \(cause)"
            return report
        }
        return verdict
    }

    private static func firstWaiting(_ pod: Value) -> String? {
        let statuses = ["initContainerStatuses", "containerStatuses"].flatMap { pod["status"]?[$0]?.array ?? [] }
        for status in statuses {
            guard let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.string,
                reason != "PodInitializing", reason != "ContainerCreating"
            else { continue }
            return "container \(status["name"]?.string ?? "") waits: \(waiting["message"]?.string ?? reason)"
        }
        return nil
    }
}
