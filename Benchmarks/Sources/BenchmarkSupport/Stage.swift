package import Foundation

/// A local cluster, a remote and a controller, all of the built `slipway`, in a folder of their own.
package final class Stage {
    package let slipway: String
    package let folder: String
    package let kubeconfig: String
    private var cluster: Process?
    package private(set) var controller: Process?

    /// - Parameters:
    ///   - images: entries of the cluster's list of images.
    ///   - configuration: more lines of the controller's configuration.
    ///   - polls: whether the controller looks at the remote by itself, as often as it does by default, beside being told of a push.
    package init(
        slipway: String, images: String = Stage.crashing, configuration: String = "", polls: Bool = false
    ) throws {
        self.slipway = slipway
        folder = FileManager.default.temporaryDirectory.path + "/slipway-bench-\(getpid())"
        kubeconfig = folder + "/cluster/kubeconfig"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ("images:\n" + images).write(toFile: folder + "/images.yaml", atomically: true, encoding: .utf8)
        cluster = try Command.start(
            [slipway, "local-cluster", "up", "--data", folder + "/cluster", "--images", folder + "/images.yaml"],
            log: folder + "/cluster.log")
        let start = ContinuousClock.now
        _ = try eventually("the cluster answers", within: 20) { try? kubectl("get", "--raw", "/readyz") }
        say("local cluster: ready after \(decimal((ContinuousClock.now - start).inSeconds, 2)) s, as kubectl sees it")
        try Command.run(["git", "init", "-q", "--bare", "-b", "main", folder + "/remote.git"])
        try Command.run(["git", "clone", "-q", folder + "/remote.git", folder + "/work"])
        let whole = """
            apiVersion: slipway.dev/v1
            kind: ControllerConfiguration
            stateDirectory: state
            repository: {url: \(folder)/remote.git\(polls ? "" : ", pollInterval: 24h")}
            listen: {address: "127.0.0.1:0"}
            clusters: {default: {kubeconfig: \(kubeconfig)}}

            """
        try (whole + configuration).write(toFile: folder + "/slipway.yaml", atomically: true, encoding: .utf8)
    }

    /// An image whose program ends at once.
    package static let crashing = """
        - name: bench/crashes:*
          command: [/bin/sh, -c, 'echo "fatal: no model"; exit 1']

        """

    package func startController() throws {
        controller = try Command.start([slipway, "run", "--config", folder + "/slipway.yaml"], log: folder + "/controller.log")
        _ = try eventually("the controller answers", within: 20) { try? metrics() }
    }

    package func stop() {
        for process in [controller, cluster].compactMap({ $0 }) where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    @discardableResult
    package func kubectl(_ arguments: String...) throws -> String { try Command.run(["kubectl", "--kubeconfig", kubeconfig] + arguments) }

    // MARK: The repository

    /// Commits what lies in the work folder, pushes it, and tells the controller.
    @discardableResult
    package func push(_ message: String) throws -> String {
        let work = folder + "/work"
        try Command.run(["git", "add", "-A"], in: work)
        try Command.run(["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", message], in: work)
        try Command.run(["git", "push", "-q", "origin", "HEAD:main"], in: work)
        return try Command.run(["git", "rev-parse", "HEAD"], in: work).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package func notify() throws {
        try Command.run(["curl", "-sS", "--unix-socket", folder + "/state/slipway.sock", "-X", "POST", "http://slipway/api/v1/notify"])
    }

    /// Lifts the Hold of a way back.
    package func resume(_ environment: String) throws {
        try Command.run([slipway, "resume", environment, "--state", folder + "/state", "--reason", "the next run"])
    }

    /// The Environment's status as the API has it.
    package func status(_ environment: String) throws -> [String: Any]? {
        let text = try Command.run(["curl", "-sS", "--unix-socket", folder + "/state/slipway.sock", "http://slipway/api/v1/status"])
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (document?["environments"] as? [[String: Any]])?.first { $0["name"] as? String == environment }
    }

    /// How many Environments have verified a Revision.
    package func verifiedCount(_ revision: String) throws -> Int {
        let text = try Command.run(["curl", "-sS", "--unix-socket", folder + "/state/slipway.sock", "http://slipway/api/v1/status"])
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (document?["environments"] as? [[String: Any]] ?? []).filter {
            ($0["verified"] as? [String: Any])?["id"] as? String == revision
        }.count
    }

    package func verifiedRevision(_ environment: String) throws -> String? {
        (try status(environment)?["verified"] as? [String: Any])?["id"] as? String
    }

    // MARK: The controller's own numbers

    package func metrics() throws -> [Substring] {
        let address = try String(contentsOfFile: folder + "/state/address", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let url = address.hasPrefix("http") ? address : "http://" + address
        return try Command.run(["curl", "-sSf", url + "/metrics"]).split(separator: "\n")
    }

    package func phaseSeconds(_ phase: String, of environment: String) throws -> Double {
        let wanted = try metrics().filter {
            $0.hasPrefix("slipway_phase_seconds_sum{") && $0.contains("phase=\"\(phase)\"") && $0.contains("environment=\"\(environment)\"")
        }
        return wanted.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// Watches that are open.
    package func watches() throws -> Int {
        let line = try metrics().first { $0.hasPrefix("slipway_cluster_watches ") }
        return Int(line?.split(separator: " ").last.flatMap { Double($0) } ?? 0)
    }

    package func restartController() throws {
        controller?.terminate()
        controller?.waitUntilExit()
        try startController()
    }

    /// When nothing was asked of the API server for some seconds.
    package func awaitRest(within seconds: Double) throws {
        var last = -1
        _ = try eventually("the controller is at rest", within: seconds) { () throws -> Bool? in
            let calls = try clusterCalls()
            defer { last = calls }
            sleep(5)
            return calls == last ? true : nil
        }
    }

    /// Requests to the API server so far, without the watches that stay open.
    package func clusterCalls() throws -> Int {
        let counts = try metrics().filter { $0.hasPrefix("slipway_cluster_requests_total{") && !$0.contains("method=\"WATCH\"") }
        return Int(counts.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +))
    }

    /// Resident memory of the controller, its peak, and the processor time that it has used.
    package func usage() throws -> (megabytes: Double, peak: Double, cpuSeconds: Double) {
        guard let id = controller?.processIdentifier else { throw Failure("no controller runs") }
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        func kilobytes(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
        }
        let stat = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw Failure("/proc/\(id)/stat cannot be read")
        }
        return (kilobytes("VmRSS") / 1024, kilobytes("VmHWM") / 1024, (user + system) / Double(sysconf(Int32(_SC_CLK_TCK))))
    }
}

package func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
