import BenchmarkSupport
import Foundation

/// What a controller costs that has 10,000 objects to keep and nothing to do.
struct RestMeasure {
    let stage: Stage
    private let environments = ["rest-a", "rest-b"]
    private let objects = 5_000
    private let seconds: UInt32 = 30

    func run() throws {
        for name in environments {
            try Objects.write(count: objects, namespace: name, to: "\(stage.folder)/work/environments/\(name)")
        }
        let revision = try stage.push("\(environments.count * objects) objects")
        try stage.notify()
        for name in environments {
            _ = try eventually("\(name) is verified", within: 900) { try stage.verifiedRevision(name) == revision ? true : nil }
        }
        // What a cluster's controllers write into the objects after an apply is compared once; then there is rest.
        try stage.awaitRest(within: 300)
        let before = try stage.usage()
        let calls = try stage.clusterCalls()
        sleep(seconds)
        let after = try stage.usage()
        say(
            "at rest with \(environments.count * objects) objects and those of before: \(decimal(after.megabytes, 0)) MiB resident (peak \(decimal(after.peak, 0))), "
                + "\(decimal((after.cpuSeconds - before.cpuSeconds) / Double(seconds) * 100, 2)) % of a core, "
                + "\(try stage.clusterCalls() - calls) calls to the API server in \(seconds) s")
    }
}
