import Manifests
import TestSupport

/// What all cases of a CrashScenario begin with: a remote, and the state of a controller that has verified all but what was pushed last.
struct CrashStage: Sendable {
    typealias Meanwhile = @Sendable (Installation, [String: Value]) async throws -> Void

    let repository: WatchedRepository
    /// A state directory.
    let prepared: String
    /// What is verified, and so what the cluster has at the beginning.
    private(set) var running: [SampleEnvironment] = []
    private(set) var revisions: [String] = []
    private let access: String

    /// The file at whose coming version `weak` ends.
    static func sign(in folder: String) -> String { folder + "/sign" }

    /// Has a controller verify the versions one after the other.
    ///
    /// - Parameter access: as of an `Installation`.
    init(
        _ versions: [[SampleEnvironment]], in folder: String, access: String = "", meanwhile: @escaping Meanwhile = { _, _ in }
    ) async throws {
        repository = try await WatchedRepository(in: folder)
        prepared = folder + "/prepared/state"
        self.access = access
        try Files.makeFolder(folder + "/prepared")
        let cluster = try await SampleCluster.start(in: folder + "/prepared/cluster")
        do {
            let installation = try installation(in: folder + "/prepared", on: cluster)
            var controller: Child?
            for version in versions {
                let revision = try await push(version)
                running = version
                revisions.append(revision)
                if controller == nil {
                    controller = try await installation.start()
                } else {
                    try await installation.post("/api/v1/notify")
                }
                for sample in version {
                    try await installation.until("version \(revisions.count) is verified", in: sample.name, within: .seconds(60)) {
                        $0.isVerified(revision) && $0["release", "watchedUntil"] == nil
                    } meanwhile: {
                        try await meanwhile(installation, $0)
                    }
                }
            }
            try await controller?.crash()
            await cluster.stop()
        } catch {
            await cluster.stop()
            throw error
        }
    }

    /// - Returns: the Revision, which the prepared controller has not seen.
    func push(_ next: [SampleEnvironment]) async throws -> String {
        try await repository.push(changes(to: next), message: "Version \(revisions.count + 1)")
    }

    /// What has to be written and removed for it.
    func changes(to next: [SampleEnvironment]) -> [String: String?] {
        var changes: [String: String?] = [:]
        for path in running.flatMap(\.files.keys) { changes[path] = .some(nil) }
        for (path, text) in next.flatMap(\.files) { changes[path] = text }
        return changes
    }

    /// - Parameter other: another copy of the remote.
    func installation(in folder: String, on cluster: SampleCluster, of other: WatchedRepository? = nil) throws -> Installation {
        try Installation(in: folder, repository: other ?? repository, kubeconfig: cluster.kubeconfig, access: access)
    }
}
