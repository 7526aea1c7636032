package import Manifests

/// Decides about one CronJob; pure. The order of things is that of Kubernetes' `syncCronJob`.
package enum CronJobRules {
    package struct Decision: Sendable {
        /// The time whose Job is to be made now.
        package var scheduled: Timestamp?
        package var toDelete: [Value] = []
        package var status: Value
        package var events: [(isWarning: Bool, reason: String, message: String)] = []
        package var lookAgainAfter: Duration?
    }

    /// More missed times than this are a mistake or a clock that jumped; Kubernetes' own number.
    private static let missedTimes = 100

    /// - Parameters:
    ///   - jobs: those that it controls.
    ///   - offset: of its time zone; nil when there is no such zone.
    package static func decide(
        _ cronJob: Value, jobs: [Value], now: Timestamp, offset: ((Int64) -> Int64)?
    ) -> Decision {
        var status = cronJob["status"] ?? .object([:])
        var decision = Decision(status: status)
        let finished = jobs.filter { end(of: $0) != nil }
        let running = jobs.filter { end(of: $0) == nil && !$0.isBeingDeleted }
        noteFinished(cronJob, finished, &status, &decision)
        decision.toDelete = surplus(cronJob, finished)
        var active = running
        func writeActive() { status["active"] = active.isEmpty ? nil : .array(active.map(reference)) }
        writeActive()
        if cronJob["spec", "suspend"]?.bool == true || cronJob.isBeingDeleted { return finish(decision, status) }
        guard let offset else {
            decision.events.append((true, "UnknownTimeZone", "invalid timeZone: \"\(cronJob["spec", "timeZone"]?.string ?? "")\""))
            return finish(decision, status)
        }
        let text = cronJob["spec", "schedule"]?.string ?? ""
        let schedule: CronSchedule
        do throws(CronSchedule.Problem) {
            schedule = try CronSchedule(text)
        } catch {
            decision.events.append((true, "UnparseableSchedule", "unparseable schedule: \(text) : \(error.message)"))
            return finish(decision, status)
        }
        let (due, isTooMany) = due(cronJob, schedule, now, offset)
        if isTooMany {
            decision.events.append(
                (
                    true, "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
                ))
        }
        decision.lookAgainAfter = schedule.next(after: now, offset: offset).map { max(.milliseconds(10), $0 - now) }
        guard let due else { return finish(decision, status) }
        if let deadline = cronJob["spec", "startingDeadlineSeconds"]?.integer, due.adding(seconds: deadline) < now {
            decision.events.append((true, "MissSchedule", "Missed scheduled time to start a job: \(due.rfc3339)"))
            return finish(decision, status)
        }
        // Made before, and the status was not written.
        if jobs.contains(where: { $0.name == jobName(cronJob, due) }) {
            status["lastScheduleTime"] = .string(due.rfc3339)
            return finish(decision, status)
        }
        switch cronJob["spec", "concurrencyPolicy"]?.string {
        case "Forbid" where !running.isEmpty:
            decision.events.append(
                (
                    false, "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid"
                ))
            return finish(decision, status)
        case "Replace":
            decision.toDelete += running
            active = []
            writeActive()
        default:
            break
        }
        decision.scheduled = due
        status["lastScheduleTime"] = .string(due.rfc3339)
        return finish(decision, status)
    }

    private static func finish(_ decision: Decision, _ status: Value) -> Decision {
        var decision = decision
        decision.status = status
        return decision
    }

    /// The last time that has passed and was not served.
    private static func due(
        _ cronJob: Value, _ schedule: CronSchedule, _ now: Timestamp, _ offset: (Int64) -> Int64
    ) -> (Timestamp?, isTooMany: Bool) {
        var from =
            cronJob["status", "lastScheduleTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? cronJob.creationTimestamp ?? now
        if let deadline = cronJob["spec", "startingDeadlineSeconds"]?.integer { from = max(from, now.adding(seconds: -deadline)) }
        var last: Timestamp?
        var count = 0
        while let next = schedule.next(after: last ?? from, offset: offset), next <= now {
            last = next
            count += 1
            if count > missedTimes {
                // The most recent one counts all the same: look for it from shortly before now, in growing steps.
                var back: Int64 = 60
                while back < 366 * 86_400 {
                    let start = max(from, now.adding(seconds: -back))
                    if var found = schedule.next(after: start, offset: offset), found <= now {
                        while let later = schedule.next(after: found, offset: offset), later <= now { found = later }
                        return (found, true)
                    }
                    back *= 4
                }
                return (last, true)
            }
        }
        return (last, false)
    }

    private static func noteFinished(_ cronJob: Value, _ finished: [Value], _ status: inout Value, _ decision: inout Decision) {
        let before = Set((cronJob["status", "active"]?.array ?? []).compactMap { $0["uid"]?.string })
        for job in finished where before.contains(job.uid ?? "") {
            decision.events.append(
                (false, "SawCompletedJob", "Saw completed job: \(job.name ?? ""), condition: \(end(of: job) ?? "")"))
        }
        let succeeded = finished.filter { end(of: $0) == "Complete" }.compactMap { $0["status", "completionTime"]?.string }.max()
        if let succeeded, succeeded > status["lastSuccessfulTime"]?.string ?? "" { status["lastSuccessfulTime"] = .string(succeeded) }
    }

    /// Finished Jobs beyond the history limits, oldest first.
    private static func surplus(_ cronJob: Value, _ finished: [Value]) -> [Value] {
        func beyond(_ end: String, _ limit: Int64) -> [Value] {
            let jobs = finished.filter { self.end(of: $0) == end && !$0.isBeingDeleted }.sorted {
                ($0["status", "startTime"]?.string ?? "", $0.name ?? "") < ($1["status", "startTime"]?.string ?? "", $1.name ?? "")
            }
            return Array(jobs.prefix(max(0, jobs.count - Int(clamping: limit))))
        }
        return beyond("Complete", cronJob["spec", "successfulJobsHistoryLimit"]?.integer ?? 3)
            + beyond("Failed", cronJob["spec", "failedJobsHistoryLimit"]?.integer ?? 1)
    }

    /// `Complete` or `Failed`; nil while it runs.
    private static func end(of job: Value) -> String? {
        ["Complete", "Failed"].first { job.isTrue($0) }
    }

    private static func reference(_ job: Value) -> Value {
        .mapping(
            ("apiVersion", "batch/v1"), ("kind", "Job"), ("name", job.name.map(Value.string)),
            ("namespace", job.namespace.map(Value.string)), ("uid", job.uid.map(Value.string)),
            ("resourceVersion", job.resourceVersion.map(Value.string)))
    }

    /// In minutes since 1970, so that the same time never makes two.
    package static func jobName(_ cronJob: Value, _ scheduled: Timestamp) -> String {
        "\(cronJob.name ?? "")-\(scheduled.seconds / 60)"
    }

    package static func job(of cronJob: Value, at scheduled: Timestamp) -> Value {
        let template = cronJob["spec", "jobTemplate"]
        var annotations = template?["metadata"]?["annotations"] ?? .object([:])
        annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] = .string(scheduled.rfc3339)
        return .mapping(
            (
                "metadata",
                .mapping(
                    ("name", .string(jobName(cronJob, scheduled))), ("namespace", cronJob.namespace.map(Value.string)),
                    ("labels", template?["metadata"]?["labels"]), ("annotations", annotations),
                    ("ownerReferences", [cronJob.asControllerReference]))
            ), ("spec", template?["spec"]))
    }
}
