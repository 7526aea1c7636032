import BenchmarkSupport
import Foundation

/// The first apply of an Environment, a push that changes nothing of it, and a change by hand; `kubectl` does the same objects.
struct ApplyMeasure {
    let stage: Stage
    let count: Int
    var environment: String { "bench-\(count)" }

    func run() throws {
        try Objects.write(count: count, namespace: environment, to: "\(stage.folder)/work/environments/\(environment)")
        let peer = environment + "-kubectl"
        try Objects.write(count: count, namespace: peer, to: "\(stage.folder)/peer-\(count)")
        let rendered = "\(stage.folder)/peer-\(count).yaml"
        try stage.kubectl("kustomize", "\(stage.folder)/peer-\(count)").write(toFile: rendered, atomically: true, encoding: .utf8)

        let revision = try stage.push("\(count) objects")
        try stage.notify()
        try verified(revision, within: 600)
        let dryRun = try stage.phaseSeconds("preflight", of: environment)
        let apply = try stage.phaseSeconds("applying", of: environment)
        try stage.kubectl("create", "namespace", peer)
        let kubectl = ["kubectl", "--kubeconfig", stage.kubeconfig, "apply", "--server-side", "-f", rendered]
        let first = try Command.seconds(kubectl)
        say(
            "\(count) objects, first apply: slipway \(decimal(apply, 2)) s (\(decimal(Double(count) / apply, 0)) objects/s; the dry run of all before it "
                + "\(decimal(dryRun, 2)) s), kubectl \(decimal(first, 2)) s (\(decimal(Double(count) / first, 0)) objects/s): \(decimal(first / apply, 1)) times as fast, "
                + "\(decimal(first / (apply + dryRun), 1)) with the dry run")

        let again = try Command.seconds(kubectl)
        let unchanged = try pushOfNothing()
        say(
            "\(count) objects, nothing to do: slipway \(decimal(unchanged.seconds * 1000, 0)) ms from the notice to the Revision's being known as verified, "
                + "\(unchanged.calls) calls to the API server; kubectl \(decimal(again, 2)) s: \(decimal(again / unchanged.seconds, 0)) times as fast"
        )
        try drift()
    }

    private func verified(_ revision: String, within seconds: Double) throws {
        _ = try eventually("\(environment) is verified", within: seconds) {
            try stage.verifiedRevision(environment) == revision ? true : nil
        }
    }

    /// A commit that touches no Environment: the controller has to find out that nothing is to be done.
    private func pushOfNothing() throws -> (seconds: Double, calls: Int) {
        try "\(UUID())\n".write(toFile: stage.folder + "/work/README.md", atomically: true, encoding: .utf8)
        let revision = try stage.push("words only")
        let before = try stage.clusterCalls()
        let start = ContinuousClock.now
        try stage.notify()
        try verified(revision, within: 60)
        return ((ContinuousClock.now - start).inSeconds, try stage.clusterCalls() - before)
    }

    /// From a change by hand, as a watch of kubectl shows it, to its being put right.
    private func drift() throws {
        let log = stage.folder + "/watch.log"
        let watch = try Command.start(
            [
                "kubectl", "--kubeconfig", stage.kubeconfig, "get", "configmap", "settings-0", "-n", environment, "--watch", "-o",
                #"jsonpath={.data.level}{"\n"}"#,
            ], log: log)
        defer {
            watch.terminate()
            watch.waitUntilExit()
        }
        func lines() throws -> Int { try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count }
        _ = try eventually("the watch has begun", within: 20) { try lines() >= 1 ? true : nil }
        try stage.kubectl("patch", "configmap", "settings-0", "-n", environment, "--type=merge", "-p", #"{"data":{"level":"by hand"}}"#)
        _ = try eventually("the change is seen", within: 20) { try lines() >= 2 ? true : nil }
        let start = ContinuousClock.now
        _ = try eventually("the drift is put right", within: 60) { try lines() >= 3 ? true : nil }
        say(
            "\(count) objects, drift: put right \(decimal((ContinuousClock.now - start).inSeconds * 1000, 0)) ms after kubectl's watch showed it (looked at each 20 ms)"
        )
    }
}
