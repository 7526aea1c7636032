import BenchmarkSupport
import Foundation

/// What many small Environments cost one controller, each with a namespace of its own: to bring up all at once, at rest, and after a restart.
struct EnvironmentsMeasure {
    let stage: Stage
    let count: Int
    private let seconds: UInt32 = 60

    func run() throws {
        for number in 0..<count { try write(number) }
        let revision = try stage.push("\(count) environments")
        let start = ContinuousClock.now
        try stage.notify()
        _ = try eventually("\(count) environments are verified", within: 1_800) { () throws -> Bool? in
            sleep(1)
            return try stage.verifiedCount(revision) == count ? true : nil
        }
        let taken = (ContinuousClock.now - start).inSeconds
        say(
            "\(count) environments of a ConfigMap and a Deployment: verified \(decimal(taken, 0)) s after the notice, \(decimal(taken * 1000 / Double(count), 0)) ms each"
        )
        try rest("after it")
        try stage.restartController()
        _ = try eventually("the controller has its watches again", within: 120) { try stage.watches() > 0 ? true : nil }
        try rest("after a restart")
    }

    private func rest(_ when: String) throws {
        try stage.awaitRest(within: 600)
        let before = try stage.usage()
        let calls = try stage.clusterCalls()
        sleep(seconds)
        let after = try stage.usage()
        say(
            "at rest with \(count) environments \(when): \(decimal((after.cpuSeconds - before.cpuSeconds) / Double(seconds) * 100, 2)) % of a core, "
                + "\(decimal(after.megabytes, 0)) MiB resident (peak \(decimal(after.peak, 0))), \(try stage.watches()) watches, "
                + "\(try stage.clusterCalls() - calls) calls to the API server in \(seconds) s")
    }

    private func write(_ number: Int) throws {
        let name = "small-\(number)"
        let folder = "\(stage.folder)/work/environments/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: \(name)
        resources: [objects.yaml]

        """.write(toFile: folder + "/kustomization.yaml", atomically: true, encoding: .utf8)
        try """
        apiVersion: slipway.dev/v1
        kind: Environment
        metadata: {name: \(name)}
        spec:
          target: {namespace: \(name), createNamespace: true}
          rollback: {watch: 0s}

        """.write(toFile: folder + "/environment.yaml", atomically: true, encoding: .utf8)
        try """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {level: info, text: "settings of \(name)"}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: application}
        spec:
          replicas: 0
          selector: {matchLabels: {app: application}}
          template:
            metadata: {labels: {app: application}}
            spec:
              containers:
              - name: main
                image: registry.example.com/application:1.0
                envFrom: [{configMapRef: {name: settings}}]

        """.write(toFile: folder + "/objects.yaml", atomically: true, encoding: .utf8)
    }
}
