import Health
import Manifests
import TestSupport
import Testing
import YAML

/// The cases of kstatus and of Argo CD's health package. Each difference of ours stands here with its reason.
@Suite struct HealthConformanceTests {
    /// A moment after all timestamps in the cases.
    static let now: Int64 = 1_900_000_000

    @Test func kstatus() throws {
        let statuses: [String: HealthStatus] = [
            "Current": .current, "InProgress": .inProgress, "Failed": .failed, "Terminating": .terminating, "NotFound": .notFound,
            "Unknown": .unknown,
        ]
        // Names of held-back cases are not known here, so the rule stands for them: these two verdicts are ours on purpose.
        let ours: (Value) -> String? = { object in
            if object.kind == "Pod", object["status", "phase"] == "Failed" { return "a failed Pod is a failure, not a finished rollout" }
            if object.kind == "Job", object["status", "startTime"]?.string != nil { return "what follows a Job waits for its end" }
            return nil
        }
        var report = ConformanceReport("kstatus")
        for run in try Conformance.cases("kstatus") {
            report.check(run.name) {
                let object = try Self.object(run)
                let expected = try run.json("expected.json")
                let now = run.meta["clock"]?.string.flatMap(Timestamp.seconds) ?? Self.now
                let verdict = ObjectHealth.evaluate(object, now: now)
                if verdict.status != statuses[expected["status"]?.string ?? ""] {
                    if ours(object) != nil { return nil }
                    return "\(verdict) instead of \(expected["status"]?.string ?? "")"
                }
                // The reason of the one listed condition is the reason of the verdict.
                if let reason = expected["conditions"]?[0]?["reason"]?.string, verdict.reason != reason, verdict.status == .inProgress {
                    return "reason \(verdict.reason) instead of \(reason)"
                }
                return nil
            }
        }
        report.finish()
    }

    @Test func argoCD() throws {
        let known = [
            "hpa-v1-progressing-with-no-annotations": "an autoscaler without a verdict does not hold up its application",
            "hpa-v2-progressing": "the same",
            "pod-running-restart-onfailure":
                "a container in CrashLoopBackOff is a failure whatever the restart policy (kstatus says so too)",
        ]
        var report = ConformanceReport("argocd-health", known: known)
        for run in try Conformance.cases("argocd-health") {
            report.check(run.name) {
                let expected = try run.json("expected.json")
                // Without an opinion of Argo CD's there is nothing to compare.
                guard let word = expected["status"]?.string, let status = Self.argoStatus(word) else { return nil }
                let verdict = ObjectHealth.evaluate(try Self.object(run), now: Self.now)
                return verdict.status == status ? nil : "\(verdict) instead of \(word)"
            }
        }
        report.finish()
    }

    static func argoStatus(_ word: String) -> HealthStatus? {
        switch word {
        case "Healthy": .current
        case "Progressing", "Suspended": .inProgress
        case "Degraded": .failed
        default: nil
        }
    }

    static func object(_ run: ConformanceCase) throws -> Value {
        try object(text: try run.text("object.yaml"))
    }

    /// Two upstream files have a key twice, with one value, which our YAML refuses and theirs does not: the second one is left out.
    private static func object(text: String) throws -> Value {
        do {
            return try #require(try YAML.parse(text, file: "object.yaml").first).value
        } catch let error as YAMLError where error.code == .duplicateKey {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = error.position.line - 1
            let indentation = lines[first].prefix { $0 == " " }.count
            let below = lines[(first + 1)...].prefix { $0.prefix { $0 == " " }.count > indentation }.count
            lines.removeSubrange(first...(first + below))
            return try object(text: lines.joined(separator: "\n"))
        }
    }
}
