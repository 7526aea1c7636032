import Manifests
import TestSupport
import Testing

@testable import Health

/// Argo CD's cases of custom kinds through our built-in rules.
@Suite struct CustomKindConformanceTests {
    @Test func argoCD() throws {
        var report = ConformanceReport("argocd-health-crd")
        var groups: [String: (all: Int, generic: Int, ruled: Int)] = [:]
        for run in try Conformance.cases("argocd-health-crd") {
            let object = Result { try HealthConformanceTests.object(run) }
            let expected = Result { try run.json("expected.json")["status"]?.string }
            if case .success(nil) = expected { continue }
            let verdict = Result { ObjectHealth.evaluate(try object.get(), now: HealthConformanceTests.now) }
            var reason: String?
            if case .success(let object) = object, case .success(let verdict) = verdict, case .success(let word?) = expected {
                reason = HealthConformanceTests.difference(object, word) ?? Self.difference(object, word, ours: verdict.status)
                var count = groups[object.group ?? ""] ?? (0, 0, 0)
                let generic = ObjectHealth.evaluate(
                    object, now: HealthConformanceTests.now, rules: HealthRules(), builtInRules: HealthRules())
                count.all += 1
                if HealthConformanceTests.agrees(generic.status, word) { count.generic += 1 }
                if HealthConformanceTests.agrees(verdict.status, word) { count.ruled += 1 }
                groups[object.group ?? ""] = count
            }
            report.check(run, reason: reason) {
                let verdict = try verdict.get()
                let word = try expected.get() ?? ""
                return HealthConformanceTests.agrees(verdict.status, word) ? nil : "\(verdict) instead of \(word)"
            }
        }
        report.finish()
        let generic = groups.values.map(\.generic).reduce(0, +)
        let ruled = groups.values.map(\.ruled).reduce(0, +)
        let all = groups.values.map(\.all).reduce(0, +)
        var lines = ["custom kinds by group: cases, agree by the common conditions alone (\(generic) of \(all)), and with rules (\(ruled))"]
        lines += groups.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value.all), \($0.value.generic), \($0.value.ruled)" }
        print(lines.joined(separator: "\n"))
        #expect(Double(ruled) >= 0.9 * Double(all))
    }

    /// Why we differ on purpose, by rule, since as many cases again are held back. None of these makes current what Argo CD calls
    /// progressing or degraded.
    static func difference(_ object: Value, _ word: String, ours: HealthStatus) -> String? {
        if ours == .terminating { return "what is being deleted is terminating, whatever its status still says" }
        if let observed = object.observedGeneration, let generation = object.generation, observed != generation, ours == .inProgress {
            return "its controller has not seen this generation, so its status is about another one"
        }
        switch (object.group ?? "", object.kind ?? "", word, ours) {
        case ("apps.kruise.io", _, "Degraded", .inProgress), ("apps.openshift.io", "DeploymentConfig", "Degraded", .inProgress),
            ("numaflow.numaproj.io", _, "Degraded", .inProgress), ("pkg.crossplane.io", _, "Degraded", .inProgress),
            ("monitoring.coreos.com", _, "Degraded", .inProgress):
            return "not being ready yet is a step of every rollout; the Release's deadline decides"
        case (let group, _, "Degraded", .inProgress) where group.hasSuffix(".k8s.elastic.co"):
            return "red is also what it says before its first instance runs; the Release's deadline decides"
        case ("projectcontour.io", "HTTPProxy", "Healthy", .inProgress):
            return "an invalid proxy that includes others waits for them; Argo CD does not look at it"
        case ("pxc.percona.com", _, "Unknown", .current), ("psmdb.percona.com", _, "Unknown", .current):
            return "a paused cluster is what was asked for"
        default: return nil
        }
    }
}
