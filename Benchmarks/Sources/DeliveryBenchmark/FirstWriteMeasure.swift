import BenchmarkSupport
import Foundation

/// From the start of the process `slipway rollback` to the first event of a watch of the Environment's objects: an upper bound of when the first
/// write was there, since the event has to come back through `kubectl` first.
struct FirstWriteMeasure {
    let stage: Stage
    let gate: GateServer
    private let environment = "demo"

    func run(_ times: Int) throws {
        var values: [Double] = []
        for number in 1...times {
            try newVersion(number)
            values.append(try firstWrite())
            try stage.resume(environment)
        }
        let list = values.map { decimal($0 * 1000, 0) }.joined(separator: ", ")
        say(
            "slipway rollback, from the start of the command to the first write as a watch shows it: median \(decimal(median(values) * 1000, 0)) ms of \(times) (\(list)); aim 200 ms: "
                + (median(values) < 0.2 ? "met" : "MISSED"))
    }

    /// A good one: verified, so that there is something to go back from.
    private func newVersion(_ number: Int) throws {
        let work = stage.folder + "/work"
        try DemoService.write(environment, version: 1, gate: gate.url, to: work)
        let file = "\(work)/environments/\(environment)/app.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "labels: {app: web}}", with: "labels: {app: web}, annotations: {good: \"\(number)\"}}")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let revision = try stage.push("a good version, run \(number)")
        try stage.notify()
        _ = try eventually("it is verified", within: 120) { try stage.verifiedRevision(environment) == revision ? true : nil }
    }

    private func firstWrite() throws -> Double {
        let logs = ["configmaps", "services", "deployments"].map { (kind: $0, log: "\(stage.folder)/watch-\($0).log") }
        let watches = try logs.map { kind, log in
            try Command.start(
                [
                    "kubectl", "--kubeconfig", stage.kubeconfig, "get", kind, "-n", environment, "--watch", "-o",
                    #"jsonpath={.metadata.name}{"\n"}"#,
                ], log: log)
        }
        defer {
            for watch in watches {
                watch.terminate()
                watch.waitUntilExit()
            }
        }
        func sizes() -> [Int] { logs.map { (try? FileManager.default.attributesOfItem(atPath: $0.log))?[.size] as? Int ?? 0 } }
        _ = try eventually("the watches have begun", within: 20) { sizes().allSatisfy { $0 > 0 } ? true : nil }
        sleep(2)
        let before = sizes()
        let start = ContinuousClock.now
        let command = try Command.start(
            [stage.slipway, "rollback", environment, "--state", stage.folder + "/state", "--reason", "measured"],
            log: stage.folder + "/rollback.log")
        var first: ContinuousClock.Instant?
        while first == nil {
            if sizes() != before { first = .now }
            guard (ContinuousClock.now - start).inSeconds < 20 else { throw Failure("no write within 20 s") }
            usleep(500)
        }
        command.waitUntilExit()
        guard command.terminationStatus == 0, let first else { throw Failure("slipway rollback ended with \(command.terminationStatus)") }
        return (first - start).inSeconds
    }
}
