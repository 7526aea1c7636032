package import ArgumentParser
internal import Foundation
internal import LocalCluster
internal import Logging
internal import Observability
internal import ServiceLifecycle
internal import UnixSignals

package struct LocalClusterUpCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Starts the cluster of a directory, with what it held before.")

    @OptionGroup var place: ClusterPlace

    @Option(help: ArgumentHelp("Which image names are which local programs; else the file of the last start.", valueName: "file"))
    var images: String?

    @Option(help: "The port of the API server; 0 takes that of the last start, else a free one.")
    var port = 0

    @Flag(help: "Returns when it is ready, and leaves it running.")
    var detach = false

    @Flag(help: "Objects end with the process.")
    var ephemeral = false

    @OptionGroup var log: LogOptions

    package init() {}

    package func run() async throws {
        let began = ContinuousClock.now
        do {
            if detach { return try await detached(began) }
            let logger = log.logger("local-cluster")
            var configuration = LocalClusterConfiguration(directory: place.directory)
            configuration.imagesFile = try imagesFile()
            configuration.port = port
            configuration.keepsState = !ephemeral
            let cluster = try await LocalCluster.start(configuration: configuration, logger: logger)
            logger.info("the cluster is ready", metadata: ["api": "\(cluster.apiURL)", "kubeconfig": "\(cluster.kubeconfigPath)"])
            if Terminal.errorIsTerminal { tell(cluster.apiURL, cluster.kubeconfigPath, getpid(), began) }
            let group = ServiceGroup(services: [cluster], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await group.run()
        } catch let error as LocalClusterError {
            throw CommandError(.error, error.message)
        }
    }

    private func imagesFile() throws -> String? {
        if let images { return URL(fileURLWithPath: images).standardizedFileURL.path }
        return try ClusterRecord.read(place.directory)?.imagesFile
    }

    private func tell(_ address: String, _ kubeconfig: String, _ pid: Int32, _ began: ContinuousClock.Instant) {
        let took = (ContinuousClock.now - began).formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 2)))
        let at = place.data.map { " --data \($0)" } ?? ""
        Terminal.progress(
            """
            The local cluster is ready at \(address) (process \(pid), \(took)). Use it:
              export KUBECONFIG=\(kubeconfig)
              kubectl get nodes
            Stop it:  slipway local-cluster down\(at)
            """)
    }

    // MARK: - Detached

    private static let readyWithin = Duration.seconds(30)

    private func detached(_ began: ContinuousClock.Instant) async throws {
        let directory = place.directory
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandError(.error, "cannot make the directory \(directory): \(error.localizedDescription)")
        }
        var arguments = ["local-cluster", "up", "--data", directory, "--port", String(port)]
        if let images = try imagesFile() { arguments += ["--images", images] }
        if ephemeral { arguments.append("--ephemeral") }
        arguments += ["--log-format", log.formatName, "--log-level", log.levelName]
        let output = directory + "/cluster.log"
        let pid = try DetachedProcess.start(arguments: arguments, outputPath: output)
        let deadline = ContinuousClock.now + Self.readyWithin
        while ContinuousClock.now < deadline {
            if let record = try ClusterRecord.read(directory), record.process.pid == pid {
                return tell(record.address, record.kubeconfig, pid, began)
            }
            if DetachedProcess.hasEnded(pid) { throw CommandError(.error, Self.lastWords(output)) }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CommandError(.timedOut, "the cluster is not ready after \(Self.readyWithin); process \(pid) goes on, its log is \(output)")
    }

    private static func lastWords(_ output: String) -> String {
        let text = FileManager.default.contents(atPath: output).map { String(decoding: $0.suffix(4096), as: UTF8.self) } ?? ""
        let line = text.split(separator: "\n").last { $0.hasPrefix("error: ") }.map { String($0.dropFirst("error: ".count)) }
        return line ?? "the cluster ended before it was ready; its log is \(output)"
    }
}
