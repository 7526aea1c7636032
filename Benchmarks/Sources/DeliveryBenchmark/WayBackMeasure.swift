import BenchmarkSupport
import Foundation

/// From the failing Gate until only the old version answers, beside `kubectl rollout undo` of the same change.
struct WayBackMeasure {
    let stage: Stage
    let gate: GateServer
    private let environment = "demo"
    private let peer = "demo-kubectl"

    func run(_ times: Int) throws {
        try firstVersion()
        var ours: [Double] = []
        var theirs: [Double] = []
        for number in 1...times {
            let slipway = try wayBack(number)
            let kubectl = try undo()
            ours.append(slipway.seconds)
            theirs.append(kubectl.seconds)
            say(
                "way back \(number), 3 replicas: slipway \(decimal(slipway.seconds, 2)) s from the failing gate to the last answer of the new version "
                    + "(\(decimal(slipway.ended, 2)) s until it is proven), \(slipway.traffic.failures) of \(slipway.traffic.answers) requests failed; "
                    + "kubectl rollout undo \(decimal(kubectl.seconds, 2)) s (\(decimal(kubectl.ended, 2)) s until rollout status ends), "
                    + "\(kubectl.traffic.failures) of \(kubectl.traffic.answers) failed")
        }
        let (own, other) = (median(ours), median(theirs))
        say(
            "way back, median of \(times): slipway \(decimal(own, 2)) s, kubectl rollout undo \(decimal(other, 2)) s: overhead \(decimal(own - other, 2)) s (\(decimal(own / other, 2)) times); aim 10 s: "
                + (own < 10 ? "met" : "MISSED"))
    }

    private typealias Result = (seconds: Double, ended: Double, traffic: (answers: Int, failures: Int))

    private func firstVersion() throws {
        try DemoService.write(environment, version: 1, gate: gate.url, to: stage.folder + "/work")
        let revision = try stage.push("version 1")
        try stage.notify()
        _ = try eventually("version 1 is verified", within: 120) { try stage.verifiedRevision(environment) == revision ? true : nil }
        try stage.kubectl("create", "namespace", peer)
        try bring(version: 1)
    }

    private func bring(version: Int) throws {
        let file = "\(stage.folder)/peer.yaml"
        try DemoService.objects(version).write(toFile: file, atomically: true, encoding: .utf8)
        try stage.kubectl("apply", "-n", peer, "-f", file)
        try stage.kubectl("rollout", "status", "-n", peer, "deployment/web", "--timeout=120s")
    }

    private func address(_ namespace: String) throws -> String {
        try stage.kubectl("get", "service", "web", "-n", namespace, "-o", "jsonpath={.spec.clusterIP}")
    }

    private func wayBack(_ number: Int) throws -> Result {
        let asker = ServiceAsker(try address(environment))
        gate.forget()
        try DemoService.write(environment, version: 2, gate: gate.url, to: stage.folder + "/work")
        // Each time another Bundle: what failed is quarantined.
        let file = "\(stage.folder)/work/environments/\(environment)/app.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "labels: {app: web}}", with: "labels: {app: web}, annotations: {run: \"\(number)\"}}")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let revision = try stage.push("version 2, run \(number)")
        try stage.notify()
        let refused = try eventually("the gate says no", within: 120) { gate.refusedAt }
        let ended = try eventually("it is taken back", within: 120) { () throws -> ContinuousClock.Instant? in
            let release = try stage.status(environment)?["release"] as? [String: Any]
            let isOurs = (release?["revision"] as? [String: Any])?["id"] as? String == revision
            return isOurs && release?["phase"] as? String == "rolledBack" ? .now : nil
        }
        sleep(1)
        guard let last = asker.last(2), last > refused else { throw Failure("version 2 never had traffic") }
        guard let old = asker.last(1), old > last else { throw Failure("version 1 does not answer") }
        try stage.resume(environment)
        return ((last - refused).inSeconds, (ended - refused).inSeconds, asker.stop())
    }

    private func undo() throws -> Result {
        try bring(version: 2)
        let asker = ServiceAsker(try address(peer))
        _ = try eventually("version 2 answers", within: 20) { asker.last(2) }
        let start = ContinuousClock.now
        try stage.kubectl("rollout", "undo", "-n", peer, "deployment/web")
        try stage.kubectl("rollout", "status", "-n", peer, "deployment/web", "--timeout=120s")
        let ended = ContinuousClock.now
        sleep(1)
        guard let last = asker.last(2), let old = asker.last(1), old > last else { throw Failure("version 1 does not answer in \(peer)") }
        return ((last - start).inSeconds, (ended - start).inSeconds, asker.stop())
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
