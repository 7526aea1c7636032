internal import Foundation
internal import Manifests

/// CronJobs: makes a Job at each time of the schedule.
struct CronJobController: Reconciler {
    let store: ObjectStore
    let events: EventRecorder

    let name = "cronjob-controller"
    let watched: [ResourceType] = [.cronJobs, .jobs]

    func keys(affectedBy object: Value, _ type: ResourceType) -> [NamespacedName] {
        if type == .cronJobs { return NamespacedName(object).map { [$0] } ?? [] }
        guard let owner = object.controllerReference, owner["kind"]?.string == "CronJob", let name = owner["name"]?.string else {
            return []
        }
        return [NamespacedName(namespace: object.namespace ?? "", name: name)]
    }

    func allKeys() -> [NamespacedName] { store.list(.cronJobs).items.compactMap(NamespacedName.init) }

    func reconcile(_ key: NamespacedName) async throws(APIError) -> Duration? {
        guard let cronJob = store.get(.cronJobs, key), let uid = cronJob.uid else { return nil }
        let jobs = store.list(.jobs, namespace: key.namespace).items.filter { $0.isControlled(by: uid) }
        let offset = Self.offset(of: cronJob["spec", "timeZone"]?.string)
        var decision = CronJobRules.decide(cronJob, jobs: jobs, now: store.environment.now(), offset: offset)
        for event in decision.events {
            await events.record(event.isWarning ? .warning : .normal, event.reason, event.message, about: cronJob, by: name)
        }
        for job in decision.toDelete {
            try store.remove(.jobs, job)
            await events.record(.normal, "SuccessfulDelete", "Deleted job \(job.name ?? "")", about: cronJob, by: name)
        }
        if let scheduled = decision.scheduled {
            do throws(APIError) {
                let job = try store.create(.jobs, CronJobRules.job(of: cronJob, at: scheduled))
                await events.record(.normal, "SuccessfulCreate", "Created job \(job.name ?? "")", about: cronJob, by: name)
                let reference: Value = .mapping(
                    ("apiVersion", "batch/v1"), ("kind", "Job"), ("name", job.name.map(Value.string)),
                    ("namespace", .string(key.namespace)), ("uid", job.uid.map(Value.string)),
                    ("resourceVersion", job.resourceVersion.map(Value.string)))
                decision.status["active"] = .array((decision.status["active"]?.array ?? []) + [reference])
            } catch {
                await events.record(.warning, "FailedCreate", "Error creating job: \(error.message)", about: cronJob, by: name)
                throw error
            }
        }
        try store.replaceStatus(.cronJobs, of: cronJob, with: decision.status)
        return decision.lookAgainAfter
    }

    /// Seconds east of UTC of a zone of the time zone database; the machine's own zone, as for the controller manager, when none is named.
    private static func offset(of name: String?) -> ((Int64) -> Int64)? {
        let zone: TimeZone
        if let name {
            guard let named = TimeZone(identifier: name) else { return nil }
            zone = named
        } else {
            zone = .current
        }
        return { Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0)))) }
    }
}
