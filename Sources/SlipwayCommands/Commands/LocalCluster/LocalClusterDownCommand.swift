package import ArgumentParser
internal import LocalCluster

package struct LocalClusterDownCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stops the cluster of a directory and its pods; its objects stay for the next start.")

    @OptionGroup var place: ClusterPlace

    /// Pods are given two seconds, open requests two more.
    private static let endsWithin = Duration.seconds(30)
    private static let killedWithin = Duration.seconds(5)

    package init() {}

    package func run() async throws {
        let directory = place.directory
        do {
            guard DirectoryLock.isTaken(directory) else { return Terminal.line("no cluster runs on \(directory)") }
            guard let record = try ClusterRecord.read(directory), record.process.terminate() else {
                throw CommandError(
                    .error, "\(directory) is in use, but not by the process that \(directory)/cluster.json names; nothing was stopped")
            }
            if try await isFree(directory, within: Self.endsWithin) { return Terminal.line("stopped process \(record.process.pid)") }
            if record.process.killNow(), try await isFree(directory, within: Self.killedWithin) {
                return Terminal.line("killed process \(record.process.pid), which did not end within \(Self.endsWithin)")
            }
            throw CommandError(.timedOut, "process \(record.process.pid) does not end")
        } catch let error as LocalClusterError {
            throw CommandError(.error, error.message)
        }
    }

    private func isFree(_ directory: String, within limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while DirectoryLock.isTaken(directory) {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
}
