package import ArgumentParser
internal import LocalCluster
internal import Manifests

package struct LocalClusterStatusCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Whether the cluster of a directory runs, where, and what is in it. Exits with 1 when it does not run.")

    @OptionGroup var place: ClusterPlace
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let directory = place.directory
        guard DirectoryLock.isTaken(directory) else {
            output.write(["running": false, "directory": .string(directory)]) { _ in "no cluster runs on \(directory)" }
            throw ExitCode(CommandExit.error.rawValue)
        }
        let connection = try ClusterConnection(place)
        let record = connection.record
        var status = try await connection.ask("status")
        status["running"] = true
        status["kubeconfig"] = .string(record.kubeconfig)
        status["pid"] = .integer(Int64(record.process.pid))
        status["imagesFile"] = record.imagesFile.map(Value.string)
        let seconds = max(0, Timestamp.now().seconds - record.startedAt.seconds)
        status["uptimeSeconds"] = .integer(seconds)
        output.write(status) { status in
            let counts = status["objects"]?.object.map { $0.map { "\($0.value.integer ?? 0) \($0.key)" }.joined(separator: ", ") } ?? ""
            return """
                running      yes, process \(record.process.pid), for \(Self.age(seconds))
                address      \(record.address)
                kubeconfig   \(record.kubeconfig)
                objects      \(counts)
                on disk      \(status["keepsState"]?.bool == true ? "\(directory)/state" : "no: they end with the process")
                """
        }
    }

    private static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }
}

package struct LocalClusterImagesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "images", abstract: "The image names that the running cluster knows, and which were pulled.")

    @OptionGroup var place: ClusterPlace
    @OptionGroup var output: OutputOptions

    package init() {}

    package func run() async throws {
        let answer = try await ClusterConnection(place).ask("images")
        output.write(answer) { answer in
            var table = Table(["IMAGE", "PULLED", "COMMAND"])
            for image in answer["images"]?.array ?? [] {
                table.add([
                    image["name"]?.string ?? "", image["pulled"]?.bool == true ? "yes" : "no",
                    (image["command"]?.array ?? []).compactMap(\.string).joined(separator: " "),
                ])
            }
            return table.render()
        }
    }
}
