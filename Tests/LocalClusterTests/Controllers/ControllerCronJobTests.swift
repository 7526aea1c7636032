import Foundation
import Manifests
import Testing

@testable import LocalCluster

@Suite struct ControllerCronJobTests {
    private func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text)! }

    private func next(_ schedule: String, after text: String, zone: String = "UTC") throws -> String? {
        let zone = TimeZone(identifier: zone)!
        return try CronSchedule(schedule).next(after: time(text)) {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))))
        }?.rfc3339
    }

    @Test(arguments: [
        ("* * * * *", "2026-01-31T10:20:30Z", "2026-01-31T10:21:00Z"), ("*/15 * * * *", "2026-01-31T10:45:00Z", "2026-01-31T11:00:00Z"),
        ("5 4 * * sun", "2026-01-31T10:20:30Z", "2026-02-01T04:05:00Z"), ("0 0 29 feb *", "2026-01-31T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 22 * * 1-5", "2026-01-30T22:00:00Z", "2026-02-02T22:00:00Z"), ("@daily", "2026-01-31T10:20:30Z", "2026-02-01T00:00:00Z"),
        // Both days are restricted: one is enough.
        ("0 0 13 * fri", "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z"),
        ("0 0 */10 * fri", "2026-02-01T00:00:00Z", "2026-02-06T00:00:00Z"),
        ("10-20/5 3 ? * *", "2026-01-31T03:15:00Z", "2026-01-31T03:20:00Z"),
        ("@every 1h30m", "2026-01-31T10:00:00Z", "2026-01-31T11:30:00Z"),
    ]) func timesOfSchedules(_ schedule: String, _ after: String, _ expected: String) throws {
        #expect(try next(schedule, after: after) == expected)
    }

    @Test func aDateThatNeverComes() throws { #expect(try next("0 0 30 2 *", after: "2026-01-01T00:00:00Z") == nil) }

    @Test func zonesMoveTheirClocks() throws {
        #expect(try next("30 9 * * *", after: "2026-01-31T00:00:00Z", zone: "America/New_York") == "2026-01-31T14:30:00Z")
        #expect(try next("30 9 * * *", after: "2026-07-01T00:00:00Z", zone: "America/New_York") == "2026-07-01T13:30:00Z")
        // 02:30 does not exist on 8 March 2026 there.
        #expect(try next("30 2 * * *", after: "2026-03-08T05:00:00Z", zone: "America/New_York") == "2026-03-09T06:30:00Z")
        #expect(try next("0 0 * * *", after: "2026-01-31T00:00:00Z", zone: "Asia/Kolkata") == "2026-01-31T18:30:00Z")
    }

    @Test(arguments: [
        ("* * * *", "expected exactly 5 fields"), ("60 * * * *", "above maximum (59)"), ("* * 0 * *", "below minimum (1)"),
        ("*/0 * * * *", "step of range should be a positive number"), ("5-3 * * * *", "beyond end of range"),
        ("@fortnightly", "unrecognized descriptor"), ("TZ=UTC * * * * *", "use timeZone field instead"),
        ("a * * * *", "failed to parse int"),
    ]) func badSchedulesSayWhy(_ schedule: String, _ words: String) {
        let problem = #expect(throws: CronSchedule.Problem.self) { try CronSchedule(schedule) }
        #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
    }

    // MARK: - Decisions

    private func cronJob(_ spec: Value = [:], status: Value = [:]) -> Value {
        var all: Value = ["schedule": "0 * * * *", "jobTemplate": ["spec": [:]]]
        for (key, value) in spec.object ?? [:] { all[key] = value }
        return [
            "apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": ["name": "c", "namespace": "shop", "uid": "u", "creationTimestamp": "2026-01-31T09:30:00Z"], "spec": all,
            "status": status,
        ]
    }

    private func job(_ name: String, end: String? = nil, started: String = "2026-01-31T09:00:00Z") -> Value {
        var job: Value = ["metadata": ["name": .string(name), "uid": .string(name)], "status": ["startTime": .string(started)]]
        if let end { job["status", "conditions"] = [["type": .string(end), "status": "True"]] }
        return job
    }

    private func decide(_ cronJob: Value, _ jobs: [Value] = [], at text: String) -> CronJobRules.Decision {
        CronJobRules.decide(cronJob, jobs: jobs, now: time(text), offset: { _ in 0 })
    }

    @Test func aTimeThatHasComeMakesAJob() {
        let early = decide(cronJob(), at: "2026-01-31T09:59:30Z")
        #expect(early.scheduled == nil)
        #expect(early.lookAgainAfter == .seconds(30))
        let due = decide(cronJob(), at: "2026-01-31T10:00:05Z")
        #expect(due.scheduled == time("2026-01-31T10:00:00Z"))
        #expect(due.status["lastScheduleTime"] == "2026-01-31T10:00:00Z")
        let job = CronJobRules.job(of: cronJob(), at: time("2026-01-31T10:00:00Z"))
        #expect(job.name == "c-29497560")
        #expect(job.isControlled(by: "u"))
        // Served already.
        #expect(decide(cronJob(status: ["lastScheduleTime": "2026-01-31T10:00:00Z"]), at: "2026-01-31T10:30:00Z").scheduled == nil)
        // Only the last of several missed times.
        #expect(decide(cronJob(), at: "2026-01-31T14:10:00Z").scheduled == time("2026-01-31T14:00:00Z"))
    }

    @Test func itsPoliciesHoldItBack() {
        #expect(decide(cronJob(["suspend": true]), at: "2026-01-31T10:00:05Z").scheduled == nil)
        let running = [job("c-1")]
        let forbidden = decide(cronJob(["concurrencyPolicy": "Forbid"]), running, at: "2026-01-31T10:00:05Z")
        #expect(forbidden.scheduled == nil)
        #expect(forbidden.events.map(\.reason) == ["JobAlreadyActive"])
        let replaced = decide(cronJob(["concurrencyPolicy": "Replace"]), running, at: "2026-01-31T10:00:05Z")
        #expect(replaced.scheduled != nil)
        #expect(replaced.toDelete.map(\.name) == ["c-1"])
        #expect(decide(cronJob(), running, at: "2026-01-31T10:00:05Z").scheduled != nil)
        let late = decide(cronJob(["startingDeadlineSeconds": 10]), at: "2026-01-31T10:00:30Z")
        #expect(late.scheduled == nil)
        #expect(
            CronJobRules.decide(cronJob(), jobs: [], now: time("2026-01-31T10:00:05Z"), offset: nil).events.first?.reason
                == "UnknownTimeZone")
    }

    @Test func tooManyMissedTimesAreToldAndTheLastIsServed() {
        let decision = decide(cronJob(["schedule": "* * * * *"]), at: "2026-01-31T12:00:30Z")
        #expect(decision.scheduled == time("2026-01-31T12:00:00Z"))
        #expect(decision.events.map(\.reason) == ["TooManyMissedTimes"])
    }

    @Test func historyIsLimited() {
        let jobs =
            (1...5).map { job("d\($0)", end: "Complete", started: "2026-01-31T0\($0):00:00Z") } + [
                job("f1", end: "Failed", started: "2026-01-31T01:00:00Z"), job("f2", end: "Failed", started: "2026-01-31T02:00:00Z"),
            ]
        #expect(decide(cronJob(), jobs, at: "2026-01-31T09:40:00Z").toDelete.map(\.name) == ["d1", "d2", "f1"])
    }
}
